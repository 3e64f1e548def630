/** A plan and its environment through the nights of a case: what there is, what people do, and what has gone wrong. */
import type { Case, Violation } from './case';
import { SnapshotRecord, isOwn, selects, slotTime, tagOf } from './oracle';
import { COPY_REGION, PLANS } from './plans';
import type { PlanSettings } from '../../../src/functions/backup/contract';
import { BackupTestEnvironment, REGION } from '../../../testbed/backup/environment';
import { Execution, Random } from '../../../testbed/driver';
import type { RegionView, Tag } from '../../../testbed/simulator';

export const REGIONS = [REGION, COPY_REGION];

const MINUTE = 60_000;
const KEEP = 'cdk-lightsail-snapshots:keep';
const PLAN = 'cdk-lightsail-snapshots:plan';

/** A source that a plan may back up. */
export interface Source {
  readonly type: 'Instance' | 'Disk';
  readonly name: string;
  readonly arn: string;
  readonly tags: readonly Tag[];
  readonly createdAt: number;
}

type Action = () => void | Promise<unknown>;

export class Year {
  plan: PlanSettings;
  /** The present night's. */
  slot = 0;
  isEnabled = true;
  isDeployed = true;
  readonly violations: Violation[] = [];
  /** ARNs of what the function made or took over. */
  readonly ours = new Set<string>();
  /** When what is pinned was pinned, by ARN. */
  readonly pins = new Map<string, number>();
  /** Names of instances that a user stopped. */
  readonly stoppedByHand = new Set<string>();
  /** Names of sources that came, went or changed in this night. */
  readonly changed = new Set<string>();
  /** Somebody changed the plan's snapshots in this night. */
  meddled = false;
  /** Tags show late in this night. */
  tagsAreLate = false;
  /** More than one thing happens in this night. */
  hasFaults = false;
  /** Milliseconds for which instances were down in this night, from the call that stopped one to the call that started it. */
  readonly downtimes: number[] = [];
  /** Told of each deletion before it is carried out. */
  beforeDelete?: (name: string) => void;
  private readonly later = new Map<number, Action[]>();
  private readonly evenings: Action[] = [];
  private night = 0;
  private readonly inputs = new Map<string, PlanSettings>();
  private readonly unnamed = new Set<string>();

  constructor(readonly environment: BackupTestEnvironment, readonly given: Case) {
    this.plan = PLANS[given.plan].settings;
  }

  /** What is there before the first night. */
  begin(): void {
    const { environment } = this;
    const yes = [{ key: 'backup', value: 'yes' }];
    this.addInstance('web', yes);
    this.addInstance('sql', yes);
    this.addInstance('app', yes);
    this.addInstance('old', [...yes, { key: 'skip' }]);
    this.addInstance('dev', []);
    for (let i = 0; i < (PLANS[this.given.plan].more ?? 0); i++) this.addInstance(`server-${i}`, yes);
    for (const name of ['web', 'sql', 'app']) this.region().addStaticIp({ name: `${name}-ip`, attachedTo: name });
    this.region().addDisk({ name: 'data', tags: yes });
    const before = environment.clock.now() - 40 * 24 * 3600_000;
    const foreign = (region: string, name: string, tags: Tag[] = []) =>
      environment.sim.region(region).addInstanceSnapshot({ name, fromInstanceName: 'web', tags, createdAt: before });
    const plan = (value: string, type: string) => [
      { key: PLAN, value }, { key: 'cdk-lightsail-snapshots:slot', value: '2025-11-22T0400' }, { key: 'cdk-lightsail-snapshots:type', value: type },
    ];
    foreign(REGION, 'web-golden');
    foreign(REGION, 'web-nightly-2025-11-22T0400-0123456789');
    foreign(REGION, 'web-nightly-2-2025-11-22T0400-0123456789', plan(`${REGION}/nightly-2`, 'original'));
    foreign(REGION, 'web-elsewhere', plan(`${COPY_REGION}/nightly`, 'copy'));
    foreign(REGION, 'script-web-1');
    foreign(REGION, 'script-web-2');
    foreign(COPY_REGION, 'web-nightly-2025-11-22T0400-0123456789');
    foreign(COPY_REGION, 'web-copy-by-hand');
    foreign(COPY_REGION, 'web-of-another', plan(`${REGION}/weekly`, 'copy'));
    environment.deploy(this.plan, this.expression);
  }

  get expression(): string {
    return PLANS[this.given.plan].expression;
  }

  region(name = REGION): RegionView {
    return this.environment.sim.region(name);
  }

  say(invariant: string, what: string): void {
    this.violations.push({ invariant, what: `night ${this.night} (${new Date(this.environment.clock.now()).toISOString()}): ${what}` });
  }

  sources(): Source[] {
    const { instances, disks } = this.region();
    return [
      ...[...instances.values()].map(({ name, arn, tags, createdAt }) => ({ type: 'Instance' as const, name, arn, tags, createdAt })),
      ...[...disks.values()].map(({ name, arn, tags, createdAt }) => ({ type: 'Disk' as const, name, arn, tags, createdAt })),
    ];
  }

  selected(plan = this.plan): Source[] {
    return this.sources().filter(source => selects(plan.selection, source));
  }

  snapshots(region = REGION): SnapshotRecord[] {
    const { instanceSnapshots, diskSnapshots } = this.region(region);
    return [...instanceSnapshots.values(), ...diskSnapshots.values()];
  }

  /** The plan's snapshots in its own region. */
  own(): SnapshotRecord[] {
    return this.snapshots().filter(({ arn, tags, deleting }) => this.ours.has(arn) && isOwn(this.plan, tags) && !deleting);
  }

  /** Names of the instances that are there to stay. */
  instances(): string[] {
    return [...this.region().instances.values()].filter(({ deleting }) => !deleting).map(({ name }) => name);
  }

  /** The run that is under way. */
  running(): Execution | undefined {
    return this.environment.executions.all.filter(execution => execution.status === 'RUNNING' && this.isRun(execution)).at(-1);
  }

  /** Runs of the present slot: two where a schedule fires twice and no run can be started under its name. */
  runsOfSlot(): Execution[] {
    return this.environment.executions.all.filter(execution => this.slotOf(execution) === this.slot);
  }

  /** Milliseconds since 1970, of an execution that is a run. */
  slotOf(execution: Execution): number | undefined {
    const [, slot] = /\.(\d{4}-\d\d-\d\dT\d{4})$/.exec(execution.name) ?? [];
    if (slot) return slotTime(slot);
    return this.isUnnamed(execution) ? Date.parse((JSON.parse(execution.input) as { scheduledTime: string }).scheduledTime) : undefined;
  }

  private isRun(execution: Execution): boolean {
    return /\.\d{4}-\d\d-\d\dT\d{4}(\d\d)?$/.test(execution.name) || this.isUnnamed(execution);
  }

  /** Whether a run takes place in what the schedule started, because one of its name cannot be started. */
  private isUnnamed({ arn, input, history }: Execution): boolean {
    if (this.unnamed.has(arn)) return true;
    if (!input.includes('"scheduledTime"') || !history.some(({ state }) => state === 'GoOnUnnamed')) return false;
    this.unnamed.add(arn);
    return true;
  }

  settingsOf({ arn, input }: Execution): PlanSettings {
    const known = this.inputs.get(arn) ?? (JSON.parse(input) as { plan: PlanSettings }).plan;
    this.inputs.set(arn, known);
    return known;
  }

  after(milliseconds: number, action: Action): void {
    const { clock } = this.environment;
    clock.in(milliseconds, () => { Promise.resolve(action()).catch((error: Error) => clock.fail(error)); }, 'something happens');
  }

  /** At some time around the run. */
  afterSome(random: Random, action: Action): void {
    this.after(random.whole(0, this.plan.period < 24 * 3600 ? 30 : 120) * MINUTE, action);
  }

  /** Some nights later. */
  tomorrow(nights: number, action: Action): void {
    const due = this.night + nights;
    this.later.set(due, [...this.later.get(due) ?? [], action]);
  }

  /** When the present night is over. */
  evening(action: Action): void {
    this.evenings.push(action);
  }

  async beginNight(night: number, slot: number): Promise<void> {
    this.night = night;
    this.slot = slot;
    this.changed.clear();
    this.downtimes.length = 0;
    this.meddled = false;
    this.tagsAreLate = false;
    for (const action of this.later.get(night) ?? []) await action();
    this.later.delete(night);
  }

  async endNight(): Promise<void> {
    for (const action of this.evenings.splice(0)) await action();
  }

  addInstance(name: string, tags: Tag[]): void {
    if (this.region().all.has(name)) return;
    this.region().addInstance({ name, tags });
    this.changed.add(name);
  }

  async deleteInstance(name: string): Promise<boolean> {
    if (!this.instances().includes(name) || this.instances().length <= 2) return false;
    this.changed.add(name);
    this.stoppedByHand.delete(name);
    return this.user('DeleteInstance', { instanceName: name, forceDeleteAddOns: true });
  }

  async stopInstance(name: string): Promise<void> {
    if (this.region().instances.get(name)?.state !== 'running') return;
    this.changed.add(name);
    this.stoppedByHand.add(name);
    await this.user('StopInstance', { instanceName: name });
    this.tomorrow(2, () => this.startInstance(name));
  }

  /** A snapshot that a user takes. */
  async manual(instanceName: string, name: string): Promise<void> {
    if (!this.region().all.has(name)) await this.user('CreateInstanceSnapshot', { instanceName, instanceSnapshotName: name });
  }

  pin(snapshot: SnapshotRecord | undefined): void {
    if (!snapshot || tagOf(snapshot.tags, 'keep') !== undefined) return;
    this.meddled = true;
    this.pins.set(snapshot.arn, this.environment.clock.now());
    snapshot.tags = [...snapshot.tags, { key: KEEP, value: 'because' }];
  }

  unpin(random: Random): void {
    const pinned = this.own().filter(({ arn }) => this.pins.has(arn));
    if (pinned.length === 0) return;
    const snapshot = pinned[random.whole(0, pinned.length - 1)];
    this.pins.delete(snapshot.arn);
    snapshot.tags = snapshot.tags.filter(({ key }) => key !== KEEP);
  }

  deleteByHand(snapshot: SnapshotRecord | undefined): void {
    if (!snapshot || snapshot.state === 'pending' || snapshot.users > 0) return;
    const call = snapshot.resourceType === 'InstanceSnapshot' ? { instanceSnapshotName: snapshot.name } : { diskSnapshotName: snapshot.name };
    this.after(0, () => this.user(`Delete${snapshot.resourceType}`, call));
  }

  untag(snapshot: SnapshotRecord | undefined): void {
    if (!snapshot) return;
    this.ours.delete(snapshot.arn);
    snapshot.tags = snapshot.tags.filter(({ key }) => key !== PLAN);
  }

  private async startInstance(name: string): Promise<void> {
    this.changed.add(name);
    if (this.region().instances.get(name)?.state === 'stopped' && !await this.user('StartInstance', { instanceName: name })) {
      this.tomorrow(1, () => this.startInstance(name));
      return;
    }
    this.stoppedByHand.delete(name);
  }

  /** What a user asks for may be refused as not now: then nothing is done. */
  async user(operation: string, input: object): Promise<boolean> {
    try {
      await this.environment.call(operation, input);
      return true;
    } catch (error) {
      if (!/right now|does not exist|already being|in progress/.test((error as Error).message)) throw error;
      return false;
    }
  }

  edit(settings: Partial<PlanSettings>): void {
    this.plan = { ...this.plan, ...settings };
    if (this.isDeployed) this.environment.deploy(this.plan, this.expression, this.isEnabled);
  }

  enable(enabled: boolean): void {
    this.isEnabled = enabled;
    this.edit({});
  }
}
