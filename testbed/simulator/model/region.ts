import type { Kind, OperationRecord, Records, ResourceRecord } from './records';
import type { Ec2Region } from '../ec2/records';

type Tables = { [K in Kind]: Map<string, Records[K]> };

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

  constructor(readonly name: string) {}

  add<K extends Kind>(record: Records[K] & { kind: K }): void {
    (this.tables[record.kind] as Map<string, ResourceRecord>).set(record.name, record);
    this.names.set(record.name, record);
  }

  remove(record: ResourceRecord): void {
    this.tables[record.kind].delete(record.name);
    this.names.delete(record.name);
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
