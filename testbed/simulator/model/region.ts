import type { ResourceType, OperationRecord, Records, ResourceRecord } from './records';
import { SortedRecords } from './sorted';
import type { Ec2Region } from '../ec2/records';

type Tables = { [K in ResourceType]: Map<string, Records[K]> };

/** All that one Region holds. */
export class Region {
  readonly tables: Tables = {
    Instance: new Map(),
    InstanceSnapshot: new Map(),
    Disk: new Map(),
    DiskSnapshot: new Map(),
    StaticIp: new Map(),
    KeyPair: new Map(),
    ExportSnapshotRecord: new Map(),
  };

  /** One namespace for all the types. */
  readonly names = new Map<string, ResourceRecord>();
  readonly operations = new Map<string, OperationRecord>();
  readonly operationsByResource = new Map<string, OperationRecord[]>();
  readonly ec2: Ec2Region = { images: new Map(), snapshots: new Map(), deregistered: new Set() };

  private readonly orders = new Map<string, SortedRecords<ResourceRecord>>();

  constructor(readonly name: string) {}

  /** The things of a resource type in an order of this name, kept from its first use on. */
  inOrder<K extends ResourceType>(resourceType: K, order: string, key: (record: ResourceRecord) => string | number): SortedRecords<Records[K]> {
    const name = `${resourceType} ${order}`;
    let sorted = this.orders.get(name);
    if (!sorted) {
      sorted = new SortedRecords(key);
      for (const record of this.tables[resourceType].values()) sorted.add(record);
      this.orders.set(name, sorted);
    }
    return sorted as unknown as SortedRecords<Records[K]>;
  }

  add<K extends ResourceType>(record: Records[K] & { resourceType: K }): void {
    (this.tables[record.resourceType] as Map<string, ResourceRecord>).set(record.name, record);
    this.names.set(record.name, record);
    this.eachOrder(record.resourceType, sorted => sorted.add(record));
  }

  remove(record: ResourceRecord): void {
    this.tables[record.resourceType].delete(record.name);
    this.names.delete(record.name);
    this.eachOrder(record.resourceType, sorted => sorted.remove(record));
  }

  private eachOrder(resourceType: ResourceType, action: (sorted: SortedRecords<ResourceRecord>) => void): void {
    for (const [name, sorted] of this.orders) if (name.startsWith(`${resourceType} `)) action(sorted);
  }

  /** Whether this very thing, not a later one of the same name, still exists. */
  holds(record: ResourceRecord): boolean {
    return this.names.get(record.name) === record;
  }

  addOperation(operation: OperationRecord): void {
    this.operations.set(operation.id, operation);
    const ofResource = this.operationsByResource.get(operation.resourceName);
    if (ofResource) {
      ofResource.push(operation);
    } else {
      this.operationsByResource.set(operation.resourceName, [operation]);
    }
  }
}
