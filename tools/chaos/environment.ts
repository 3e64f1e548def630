import type { Agent } from 'node:http';
import type { Entry } from './scenarios';
import { idOf } from './scenarios/expected-state';
import { createClients } from '../../src/functions/aws/clients';
import { createHandler } from '../../src/functions/deployment/events/receive';
import { Lightsail, startTestEnvironment } from '../../test/support/test-environment';
import { Engine, VirtualStack, TestEnvironment } from '../../testbed/driver';
import { directPut, plainPut } from '../../testbed/driver/put';
import type { RegionView, ResourceRecord, Simulator } from '../../testbed/simulator';

/** Regions that the scenarios use. */
export const REGIONS = ['us-east-1', 'eu-west-1'];

/** What a response of success said, held against what was there at that moment. */
export interface CheckedResponse {
  readonly requestId: string;
  readonly at: number;
  readonly problems: readonly string[];
}

export type Tables = ReadonlyMap<string, ResourceRecord>[];

/** An environment for one case after another, and what is to be known of the present one. */
export class ChaosEnvironment {
  static async start(engine: Omit<Engine, 'put'> = { createHandler, createClients }, direct = true): Promise<ChaosEnvironment> {
    const parts: { chaos?: ChaosEnvironment } = {};
    const put = (url: string, body: string, agent: Agent) => parts.chaos!.leave(url, body, agent);
    const environment = await startTestEnvironment({ engine: { ...engine, put }, direct });
    parts.chaos = new ChaosEnvironment(environment, direct);
    return parts.chaos;
  }

  stack!: VirtualStack;
  entry!: Entry;
  readonly successes: CheckedResponse[] = [];
  /** Foreign things as they were, by `region/resourceType/name`. */
  before = new Map<string, string>();
  /** Names of what was changed or removed behind the function's back, and when. */
  readonly tampered = new Map<string, number>();
  /** How the stages ended. */
  readonly endings: { readonly status: string; readonly seconds: number }[] = [];

  private constructor(readonly environment: TestEnvironment<Lightsail>, private readonly direct: boolean) {}

  get sim(): Simulator {
    return this.environment.sim.simulator;
  }

  async reset(entry: Entry, seed: number): Promise<void> {
    this.entry = entry;
    await this.environment.reset(seed);
    this.successes.length = 0;
    this.tampered.clear();
    this.endings.length = 0;
    const { durations } = this.sim;
    // the first look finds it under way and the second finds it done: what is to be shown here does not depend on how many there are
    for (const name of Object.keys(durations) as (keyof typeof durations)[]) durations[name] = Math.min(durations[name], MOST[name] ?? 5_000);
    const { making } = entry.scenario;
    for (const name of making ? MAKING : []) durations[name] = making! * 1000;
    const late = [...entry.scenario.late ?? []];
    this.environment.lambda.delivery = () => [(late.shift() ?? 0) * 1000];
    entry.resourceType.seed(this.sim);
    seedForeign(this.sim);
    this.stack = this.environment.stack('Site');
    this.before = this.picture();
  }

  /** All that exists, as text. */
  picture(): Map<string, string> {
    const lasting = (name: string, value: unknown) => (TRANSIENT.has(name) ? undefined : value);
    return new Map(this.records().map(({ key, record }) => [key, JSON.stringify(record, lasting)]));
  }

  /** All that exists, under names that cannot be mistaken for another's. */
  records(): { readonly key: string; readonly record: ResourceRecord }[] {
    return REGIONS.flatMap(name => {
      const region = this.sim.region(name);
      const named = [...region.all.values()].map(record => ({ key: `${name}/${record.resourceType}/${record.name}`, record }));
      const inEc2 = [
        ...[...region.images.values()].map(image => ({ resourceType: 'Image', name: image.imageId, record: image })),
        ...[...region.ebsSnapshots.values()].map(snapshot => ({ resourceType: 'EbsSnapshot', name: snapshot.snapshotId, record: snapshot })),
      ].map(({ resourceType, name: id, record }) => ({ key: `${name}/${resourceType}/${id}`, record: { ...record, resourceType, name: id } as unknown as ResourceRecord }));
      return [...named, ...inEc2];
    });
  }

  /** What the function made and is still there. */
  made(): { readonly key: string; readonly record: ResourceRecord }[] {
    return this.records().filter(({ key }) => !this.before.has(key));
  }

  /** What the function made of its resource type's own, and somebody else can put hands on. */
  exposed(): ResourceRecord[] {
    const { makes } = this.entry.resourceType;
    return this.made().map(({ record }) => record).filter(({ resourceType }) => resourceType in TABLES && makes.includes(resourceType));
  }

  /** Lets end what would go on for ever. */
  release(): void {
    for (const { record } of this.made()) if (record.deleting && record.resourceType in TABLES) this.remove(record);
  }

  /** Whether CloudFormation was told that it is there. */
  isConfirmed(record: ResourceRecord): boolean {
    const ids = [record.name, idOf(record)];
    return this.environment.responseUrls.requests.some(({ answers }) => answers.some(({ content }) => content?.Status === 'SUCCESS' && ids.includes(content.PhysicalResourceId)));
  }

  /** Takes a thing away without anybody having called. */
  remove(record: ResourceRecord): void {
    const region = this.sim.region(record.region);
    region.vanish(record);
    const attached = [...region.disks.values()].filter(({ attachedTo }) => record.resourceType === 'Instance' && attachedTo === record.name);
    for (const disk of attached) Object.assign(disk, { attachedTo: undefined, path: undefined, state: 'available' });
    for (const staticIp of region.staticIps.values()) if (staticIp.attachedTo === record.name) staticIp.attachedTo = undefined;
  }

  /** Puts somebody else's thing in its place. */
  replace(record: ResourceRecord): void {
    const region = this.sim.region(record.region);
    // what is still to come of a call for the one that is gone does not come to this one
    const theirs = { ...structuredClone(record), tags: [], createdAt: 0, arn: `${record.arn}-theirs`, deleting: false, staticIpName: undefined };
    this.remove(record);
    region.appear(theirs as ResourceRecord);
    const key = `${record.region}/${record.resourceType}/${record.name}`;
    this.before.set(key, this.picture().get(key)!);
  }

  private async leave(url: string, body: string, agent: Agent): Promise<number> {
    this.look(body);
    return this.direct ? directPut(this.environment.responseUrls.direct)(url, body) : plainPut(url, body, agent);
  }

  private look(body: string): void {
    const { Status, RequestId, PhysicalResourceId, Data = {} } = JSON.parse(body);
    const request = this.environment.responseUrls.requests.find(({ requestId }) => requestId === RequestId);
    if (Status !== 'SUCCESS' || !request || request.requestType === 'Delete') return;
    const { ResourceProperties: properties } = request.event as { ResourceProperties: Record<string, unknown> };
    // an answer that is given again is the same, whatever there is by then
    if (request.answers.some(({ status }) => status === 200)) return;
    // the first of several that wait succeeds when its time is up, whatever there is
    if (properties.Continued === 'true') return;
    const { wrong, attributes } = this.entry.resourceType.expectedState({ sim: this.sim, id: PhysicalResourceId, properties, data: Data });
    const wanted = (properties.Attributes ?? []) as string[];
    const differing = wanted.filter(name => JSON.stringify(Data[name]) !== JSON.stringify(attributes[name]))
      .map(name => `${name} is answered as ${JSON.stringify(Data[name])} and is ${JSON.stringify(attributes[name])}`);
    const unasked = Object.keys(Data).filter(name => !wanted.includes(name)).map(name => `${name} is answered and was not asked for`);
    this.successes.push({ requestId: RequestId, at: this.environment.clock.now(), problems: [...wrong, ...differing, ...unasked] });
  }
}

const MAKING = ['instanceSnapshot', 'diskSnapshot', 'copy', 'export', 'instance', 'disk'] as const;

/** Milliseconds that these take, and 5 s all else. */
const MOST: Partial<Record<string, number>> = {
  ...Object.fromEntries(MAKING.map(name => [name, 22_000])),
  deleteInstance: 9_000,
  autoSnapshot: 30_000,
};

const TABLES: Partial<Record<ResourceRecord['resourceType'], keyof RegionView>> = {
  Instance: 'instances', InstanceSnapshot: 'instanceSnapshots', Disk: 'disks', DiskSnapshot: 'diskSnapshots', StaticIp: 'staticIps',
};

/** Members that change by being looked at, or while others work with a thing. */
const TRANSIENT = new Set(['users', 'tagsBefore', 'tagsVisibleAt']);

/** Things of others: with names, tags and owners that a careless clean-up would take for ours. */
function seedForeign(sim: Simulator): void {
  const ownershipTags = (stack: string, logicalId: string) => [
    { key: 'cdk-lightsail-snapshots:stack', value: `arn:aws:cloudformation:us-east-1:123456789012:stack/${stack}/0` },
    { key: 'cdk-lightsail-snapshots:resource', value: logicalId },
    { key: 'cdk-lightsail-snapshots:creator', value: '0123456789/00000000-0000-0000-0000-000000000000' },
  ];
  for (const name of REGIONS) {
    const region = sim.region(name);
    const createdAt = Date.UTC(2025, 11, 24);
    region.addInstance({ name: 'theirs', createdAt, disks: [{ name: 'their-disk' }] });
    region.addInstanceSnapshot({ name: 'Site-Subject', createdAt, tags: ownershipTags('Site', 'Subject') });
    region.addInstanceSnapshot({ name: 'their-snapshot', createdAt, fromInstanceName: 'theirs' });
    region.addDiskSnapshot({ name: 'their-disk-snapshot', createdAt, fromDiskName: 'their-disk', tags: ownershipTags('Shop', 'Subject') });
    region.addStaticIp({ name: 'their-address', createdAt, attachedTo: 'theirs' });
    region.addImage({ createdAt, tags: ownershipTags('Shop', 'Subject') });
  }
}
