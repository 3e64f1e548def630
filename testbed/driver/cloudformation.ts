import type { VirtualClock } from './clock';
import type { Random } from './random';
import { Outcome, Requests, Signal } from './requests';
import type { Answer, StackRequest } from './response-url-server';
import { Resource, Resources, Scope, dependencies, isCustom, resolve, stringified } from './template';

/** What is not documented for certain: tests run both ways. */
export interface Switches {
  /** OldResourceProperties of the Update that undoes an update which failed: those attempted, or those it has had all the time. */
  oldPropertiesInRollback: 'attempted' | 'last good';
  /** Whether a new id in a FAILED answer to an Update becomes the resource's id. */
  failedUpdateId: 'adopted' | 'ignored';
  /** How an update is undone after it answered with a new id. */
  rollbackOfReplacement: 'update with new id' | 'update with old id' | 'delete only';
  /** Whether UpdateReplacePolicy Retain also keeps what a rollback would delete after a replacement. */
  rollbackRetainsReplacement: boolean;
  /** How often a Delete in a clean-up is tried; the stack is then complete all the same. */
  cleanupTries: number;
}

export const DEFAULT_SWITCHES: Switches = {
  oldPropertiesInRollback: 'attempted',
  failedUpdateId: 'adopted',
  rollbackOfReplacement: 'update with new id',
  rollbackRetainsReplacement: false,
  cleanupTries: 3,
};

/** Another resource of the stack that fails. */
export interface Failure {
  /** Logical id after whose completion it fails. @default - the time counts from the beginning */
  readonly after?: string;
  /** Milliseconds. @default 0 */
  readonly delay?: number;
  readonly reason?: string;
}

export interface DeployOptions {
  readonly failOther?: Failure;
  /** Milliseconds after which the user cancels. */
  readonly cancelAfter?: number;
  /** Values of `Ref` for parameters and for resources that are not custom ones. */
  readonly refs?: Readonly<Record<string, unknown>>;
  /** Values of `Fn::GetAtt` for resources that are not custom ones, under `LogicalId.Attribute`. */
  readonly attributes?: Readonly<Record<string, unknown>>;
}

export interface StackEvent {
  readonly at: number;
  readonly logicalId: string;
  readonly physicalId?: string;
  readonly status: string;
  readonly reason?: string;
}

export interface DeployResult {
  readonly status: string;
  /** Why it failed, a line for each resource. */
  readonly reasons: readonly string[];
  readonly events: readonly StackEvent[];
  /** What was asked of the function, in order. */
  readonly requests: readonly StackRequest[];
  readonly answers: readonly Answer[];
  /** Milliseconds of virtual time. */
  readonly took: number;
}

/** A resource as the stack has it. */
interface Live {
  readonly resource: Resource;
  readonly physicalId: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What an operation did to a resource, to be undone or tidied up after. */
interface Touch {
  readonly action: 'create' | 'update';
  readonly before?: Live;
  readonly attempted: Live['properties'];
  succeeded: boolean;
  /** New physical id that an Update was answered with. */
  newId?: string;
}

interface Doomed {
  readonly logicalId: string;
  readonly live: Live;
}

interface Operation {
  readonly startedAt: number;
  readonly firstEvent: number;
  readonly firstRequest: number;
  readonly template: Resources;
  readonly previous: Resources;
  readonly signal: Signal;
  readonly touched: Map<string, Touch>;
  /** What a rollback leaves to delete. */
  readonly doomed: Doomed[];
  readonly reasons: string[];
}

export interface StackSettings {
  readonly name: string;
  readonly region: string;
  readonly account: string;
  readonly functionArn: string;
}

/** A stack, driven through the sequences that CloudFormation documents. */
export class VirtualStack {
  status?: string;
  stackId = '';
  readonly events: StackEvent[] = [];
  private template: Resources = {};
  private readonly live = new Map<string, Live>();
  private options: DeployOptions = {};
  private unfinished?: Operation;

  constructor(
    private readonly settings: StackSettings,
    private readonly clock: VirtualClock,
    private readonly requests: Requests,
    private readonly random: () => Random,
    private readonly switches: () => Switches,
  ) {}

  /** Creates or updates, whichever is due. Custom resources without ServiceToken get the function's. */
  deploy(template: Resources, options: DeployOptions = {}): Promise<DeployResult> {
    return this.clock.run(this.apply(template, options), `stack ${this.settings.name}`);
  }

  /** Deletes the stack. Can be repeated after DELETE_FAILED. */
  destroy(): Promise<DeployResult> {
    return this.clock.run(this.remove(), `stack ${this.settings.name}`);
  }

  /** ContinueUpdateRollback after UPDATE_ROLLBACK_FAILED. */
  continueRollback(): Promise<DeployResult> {
    if (!this.unfinished) throw new Error(`${this.settings.name}: there is no rollback to continue`);
    const { unfinished } = this;
    const { startedAt, firstEvent, firstRequest } = this.begin(this.template);
    const again: Operation = { ...unfinished, startedAt, firstEvent, firstRequest, reasons: [] };
    return this.clock.run(this.rollBackUpdate(again), `stack ${this.settings.name}`);
  }

  /** Gives a resource another logical id as a stack refactoring does: the function hears nothing of it. */
  rename(from: string, to: string): void {
    const { [from]: resource, ...others } = this.template;
    this.template = { ...others, [to]: resource };
    this.live.set(to, this.live.get(from)!);
    this.live.delete(from);
  }

  /** Physical id of a resource, undefined when the stack does not have it. */
  physicalId(logicalId: string): string | undefined {
    return this.live.get(logicalId)?.physicalId;
  }

  /** Attributes of a resource as last answered. */
  attributes(logicalId: string): Readonly<Record<string, unknown>> {
    return this.live.get(logicalId)?.data ?? {};
  }

  /** What an expression of the template means now, such as an output's. */
  resolve(value: unknown): unknown {
    return resolve(value, this.scope());
  }

  private async apply(template: Resources, options: DeployOptions): Promise<DeployResult> {
    if (this.status === undefined || this.status === 'DELETE_COMPLETE') {
      const { region, account, name } = this.settings;
      this.stackId = `arn:aws:cloudformation:${region}:${account}:stack/${name}/${this.random().uuid()}`;
      this.status = undefined;
      this.template = {};
    } else if (!/^(CREATE|UPDATE|UPDATE_ROLLBACK)_COMPLETE$/.test(this.status)) {
      throw new Error(`Stack ${this.settings.name} is in ${this.status} state and can not be updated.`);
    }
    const creating = this.status === undefined;
    this.options = options;
    const operation = this.begin(template);
    this.event(this.settings.name, creating ? 'CREATE_IN_PROGRESS' : 'UPDATE_IN_PROGRESS');
    await this.forward(operation);
    if (operation.signal.reason !== undefined) return creating ? this.rollBackCreate(operation) : this.rollBackUpdate(operation);
    this.template = template;
    if (creating) return this.finish(operation, 'CREATE_COMPLETE');
    await this.cleanUp(operation, this.outdated(operation));
    return this.finish(operation, 'UPDATE_COMPLETE');
  }

  private begin(template: Resources): Operation {
    return {
      startedAt: this.clock.now(),
      firstEvent: this.events.length,
      firstRequest: this.requests.responseUrls.requests.length,
      template,
      previous: this.template,
      signal: new Signal(),
      touched: new Map(),
      doomed: [],
      reasons: [],
    };
  }

  private async forward(operation: Operation): Promise<void> {
    const { template, signal } = operation;
    const { failOther, cancelAfter } = this.options;
    let completed: (id: string) => void = () => undefined;
    const others: Promise<void>[] = [];
    if (failOther) {
      const began = failOther.after === undefined
        ? Promise.resolve()
        : new Promise<void>(done => { completed = id => { if (id === failOther.after) done(); }; });
      const failed = began.then(() => this.clock.sleep(failOther.delay ?? 0))
        .then(() => this.fail(operation, 'AnotherResource', 'CREATE_FAILED', failOther.reason ?? 'made to fail'));
      others.push(Promise.race([failed, signal.called]));
    }
    const cancel = cancelAfter === undefined
      ? undefined
      : this.clock.in(cancelAfter, () => signal.callOff('cancelled by the user'), 'the user cancels');
    await inOrder(template, async id => {
      if (signal.reason !== undefined) return;
      await this.provision(operation, id);
      if (signal.reason === undefined) completed(id);
    });
    await Promise.all(others);
    cancel?.cancel();
  }

  private async provision(operation: Operation, id: string): Promise<void> {
    const resource = operation.template[id];
    const before = this.live.get(id);
    if (!isCustom(resource)) {
      if (!before) operation.touched.set(id, { action: 'create', attempted: {}, succeeded: true });
      const physicalId = String(this.options.refs?.[id] ?? before?.physicalId ?? this.inventedId(id));
      this.live.set(id, { resource, physicalId, properties: {}, data: {} });
      return;
    }
    let properties: Live['properties'];
    try {
      properties = this.propertiesOf(resource);
    } catch (error) {
      this.fail(operation, id, before ? 'UPDATE_FAILED' : 'CREATE_FAILED', (error as Error).message);
      return;
    }
    if (before?.resource.Type !== resource.Type) return this.create(operation, id, resource, properties, before);
    if (same(properties, before.properties)) {
      this.live.set(id, { ...before, resource });
      return;
    }
    if (properties.ServiceToken !== before.properties.ServiceToken) {
      this.fail(operation, id, 'UPDATE_FAILED', 'Modifying service token is not allowed.');
      return;
    }
    await this.update(operation, id, resource, properties, before);
  }

  private async create(operation: Operation, id: string, resource: Resource, properties: Live['properties'], before?: Live): Promise<void> {
    const touch: Touch = { action: 'create', before, attempted: properties, succeeded: false };
    operation.touched.set(id, touch);
    this.event(id, 'CREATE_IN_PROGRESS');
    const outcome = await this.requests.ask({ requestType: 'Create', ...this.about(id, resource, properties) }, operation.signal);
    const physicalId = outcome.physicalId ?? this.inventedId(id);
    this.live.set(id, { resource, physicalId, properties, data: outcome.data });
    touch.succeeded = outcome.status === 'SUCCESS';
    if (touch.succeeded) this.event(id, 'CREATE_COMPLETE', physicalId);
    else this.fail(operation, id, 'CREATE_FAILED', outcome.reason, outcome);
  }

  private async update(operation: Operation, id: string, resource: Resource, properties: Live['properties'], before: Live): Promise<void> {
    const touch: Touch = { action: 'update', before, attempted: properties, succeeded: false };
    operation.touched.set(id, touch);
    this.event(id, 'UPDATE_IN_PROGRESS', before.physicalId);
    const outcome = await this.requests.ask({
      requestType: 'Update', ...this.about(id, resource, properties), physicalId: before.physicalId, oldProperties: before.properties,
    }, operation.signal);
    touch.succeeded = outcome.status === 'SUCCESS';
    const adopted = touch.succeeded || this.switches().failedUpdateId === 'adopted';
    if (adopted && outcome.physicalId !== undefined && outcome.physicalId !== before.physicalId) touch.newId = outcome.physicalId;
    const physicalId = touch.newId ?? before.physicalId;
    if (!touch.succeeded) {
      this.live.set(id, { ...before, physicalId });
      this.fail(operation, id, 'UPDATE_FAILED', outcome.reason, outcome);
      return;
    }
    this.live.set(id, { resource, physicalId, properties, data: outcome.data });
    this.event(id, 'UPDATE_COMPLETE', physicalId);
  }

  /** What a completed update leaves to delete: what was replaced, then what is no longer in the template. */
  private outdated({ touched, template, previous }: Operation): Doomed[] {
    const replaced = [...touched].reverse().flatMap(([logicalId, { before, action, newId }]) => {
      if (!before || (action === 'update' && newId === undefined)) return [];
      return template[logicalId].UpdateReplacePolicy === 'Retain' ? this.skipped(logicalId, before) : [{ logicalId, live: before }];
    });
    const removed = Object.keys(previous).filter(id => !Object.hasOwn(template, id)).reverse().flatMap(logicalId => {
      const live = this.live.get(logicalId);
      this.live.delete(logicalId);
      if (!live) return [];
      return isRetained(live.resource) ? this.skipped(logicalId, live) : [{ logicalId, live }];
    });
    return [...replaced, ...removed];
  }

  private async rollBackCreate(operation: Operation): Promise<DeployResult> {
    this.event(this.settings.name, 'ROLLBACK_IN_PROGRESS', undefined, operation.signal.reason);
    // a resource whose creation is rolled back is deleted even when it is to be retained except on create
    const left = await this.removeInReverse(operation.template, ({ DeletionPolicy }) => DeletionPolicy === 'Retain', operation);
    return this.finish(operation, left.length > 0 ? 'ROLLBACK_FAILED' : 'ROLLBACK_COMPLETE');
  }

  private async rollBackUpdate(operation: Operation): Promise<DeployResult> {
    this.event(this.settings.name, 'UPDATE_ROLLBACK_IN_PROGRESS', undefined, operation.signal.reason);
    const { doomed } = operation;
    const failed: string[] = [];
    await inOrder(operation.previous, async id => {
      if (!await this.restore(operation, id)) failed.push(id);
    });
    if (failed.length > 0) {
      this.unfinished = operation;
      return this.finish(operation, 'UPDATE_ROLLBACK_FAILED');
    }
    this.unfinished = undefined;
    for (const [logicalId, { action, before }] of [...operation.touched].reverse()) {
      const live = this.live.get(logicalId);
      if (action !== 'create' || before || !live) continue;
      this.live.delete(logicalId);
      if (live.resource.DeletionPolicy === 'Retain') this.skipped(logicalId, live);
      else doomed.push({ logicalId, live });
    }
    await this.cleanUp(operation, doomed);
    return this.finish(operation, 'UPDATE_ROLLBACK_COMPLETE');
  }

  /** Brings a resource back to what it was before the update. False when that failed. */
  private async restore(operation: Operation, id: string): Promise<boolean> {
    const { doomed } = operation;
    const resource = operation.previous[id];
    const touch = operation.touched.get(id);
    const live = this.live.get(id);
    if (!live || !isCustom(resource)) return true;
    if (touch?.action === 'create') {
      this.live.set(id, touch.before!);
      doomed.push({ logicalId: id, live });
      operation.touched.delete(id);
      return true;
    }
    const { rollbackOfReplacement, oldPropertiesInRollback, rollbackRetainsReplacement } = this.switches();
    const properties = this.propertiesOf(resource);
    // what it was given may have changed because something that it refers to is another thing now
    if (!touch && same(properties, live.properties)) return true;
    const replacement = touch?.newId === undefined ? undefined : { ...live, physicalId: touch.newId };
    const doom = (ids: Set<string>) => {
      const retained = rollbackRetainsReplacement && resource.UpdateReplacePolicy === 'Retain';
      for (const physicalId of ids) {
        if (retained) this.event(id, 'DELETE_SKIPPED', physicalId);
        else doomed.push({ logicalId: id, live: { ...live, physicalId } });
      }
    };
    if (replacement && rollbackOfReplacement === 'delete only') {
      this.live.set(id, touch!.before!);
      doom(new Set([replacement.physicalId]));
      return true;
    }
    const sentId = replacement && rollbackOfReplacement === 'update with old id' ? touch!.before!.physicalId : live.physicalId;
    const attempted = touch && (touch.succeeded || oldPropertiesInRollback === 'attempted') ? touch.attempted : live.properties;
    this.event(id, 'UPDATE_IN_PROGRESS', sentId);
    const outcome = await this.requests.ask({
      requestType: 'Update', ...this.about(id, resource, properties), physicalId: sentId, oldProperties: attempted,
    });
    if (outcome.status !== 'SUCCESS') {
      operation.reasons.push(`${id}: ${outcome.reason}`);
      this.event(id, 'UPDATE_FAILED', sentId, outcome.reason);
      return false;
    }
    const finalId = outcome.physicalId!;
    this.live.set(id, { resource, physicalId: finalId, properties, data: outcome.data });
    this.event(id, 'UPDATE_COMPLETE', finalId);
    operation.touched.delete(id);
    doom(new Set([sentId, ...replacement ? [replacement.physicalId] : []].filter(other => other !== finalId)));
    return true;
  }

  private async remove(): Promise<DeployResult> {
    const operation = this.begin(this.template);
    if (this.status === undefined || this.status === 'DELETE_COMPLETE') return this.finish(operation, 'DELETE_COMPLETE');
    this.event(this.settings.name, 'DELETE_IN_PROGRESS');
    const template = Object.fromEntries([...this.live].map(([id, { resource }]) => [id, resource]));
    const left = await this.removeInReverse(template, isRetained, operation);
    this.unfinished = undefined;
    return this.finish(operation, left.length > 0 ? 'DELETE_FAILED' : 'DELETE_COMPLETE');
  }

  /** Deletes what the stack has, dependents first. What fails keeps what it depends on. Returns what is left. */
  private async removeInReverse(template: Resources, retained: (resource: Resource) => boolean, operation: Operation): Promise<string[]> {
    const left: string[] = [];
    await inOrder(template, async id => {
      const live = this.live.get(id);
      if (!live) return;
      const ids = Object.keys(template);
      if (ids.some(other => left.includes(other) && dependencies(template[other], ids).has(id))) {
        left.push(id);
        return;
      }
      if (retained(live.resource)) this.skipped(id, live);
      const gone = retained(live.resource) || await this.removeOne(operation, { logicalId: id, live });
      if (gone) this.live.delete(id);
      else left.push(id);
    }, 'dependents first');
    return left;
  }

  private async cleanUp(operation: Operation, doomed: readonly Doomed[]): Promise<void> {
    for (const one of doomed) {
      for (let tries = this.switches().cleanupTries; tries > 0; tries--) {
        if (await this.removeOne(operation, one)) break;
      }
    }
  }

  private async removeOne(operation: Operation, { logicalId, live }: Doomed): Promise<boolean> {
    this.event(logicalId, 'DELETE_IN_PROGRESS', live.physicalId);
    if (isCustom(live.resource)) {
      const outcome = await this.requests.ask({
        requestType: 'Delete', ...this.about(logicalId, live.resource, live.properties), physicalId: live.physicalId,
      });
      if (outcome.status !== 'SUCCESS') {
        operation.reasons.push(`${logicalId}: ${outcome.reason}`);
        this.event(logicalId, 'DELETE_FAILED', live.physicalId, outcome.reason);
        return false;
      }
    }
    this.event(logicalId, 'DELETE_COMPLETE', live.physicalId);
    return true;
  }

  private skipped(logicalId: string, { physicalId }: Live): Doomed[] {
    this.event(logicalId, 'DELETE_SKIPPED', physicalId);
    return [];
  }

  private fail(operation: Operation, id: string, status: string, reason: string, outcome?: Outcome): void {
    this.event(id, status, outcome?.physicalId, reason);
    if (outcome?.status !== 'CANCELLED') operation.reasons.push(`${id}: ${reason}`);
    operation.signal.callOff(`The following resource(s) failed: [${id}].`);
  }

  private finish({ firstEvent, firstRequest, startedAt, reasons }: Operation, status: string): DeployResult {
    this.status = status;
    this.event(this.settings.name, status);
    const requests = this.requests.responseUrls.requests.slice(firstRequest).filter(({ stackId }) => stackId === this.stackId);
    return {
      status,
      reasons,
      events: this.events.slice(firstEvent),
      requests,
      answers: requests.flatMap(({ answers }) => answers),
      took: this.clock.now() - startedAt,
    };
  }

  private about(logicalId: string, { Type }: Resource, properties: Live['properties']) {
    return { stackId: this.stackId, logicalId, type: Type, properties };
  }

  private propertiesOf({ Properties }: Resource): Live['properties'] {
    const resolved = resolve({ ServiceToken: this.settings.functionArn, ...Properties }, this.scope()) as object;
    return stringified(resolved) as Live['properties'];
  }

  private scope(): Scope {
    const { region, account, name, functionArn } = this.settings;
    const pseudo: Record<string, unknown> = {
      'AWS::Region': region,
      'AWS::AccountId': account,
      'AWS::Partition': 'aws',
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackId': this.stackId,
      'AWS::StackName': name,
      'AWS::NotificationARNs': [],
    };
    return {
      ref: id => pseudo[id] ?? this.options.refs?.[id] ?? this.live.get(id)?.physicalId,
      getAtt: (id, attribute) => {
        const live = this.live.get(id);
        if (live && isCustom(live.resource)) {
          if (Object.hasOwn(live.data, attribute)) return live.data[attribute];
          throw new Error(`CustomResource attribute error: Vendor response doesn't contain ${attribute} attribute in object ${live.physicalId}`);
        }
        if (live?.resource.Type === 'AWS::Lambda::Function' && attribute === 'Arn') return functionArn;
        return this.options.attributes?.[`${id}.${attribute}`] ?? `${id}.${attribute}`;
      },
    };
  }

  private inventedId(logicalId: string): string {
    return `${this.settings.name}-${logicalId}-${this.random().text(13, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789')}`;
  }

  private event(logicalId: string, status: string, physicalId?: string, reason?: string): void {
    this.events.push({ at: this.clock.now(), logicalId, physicalId, status, reason });
  }
}

function isRetained({ DeletionPolicy }: Resource): boolean {
  return DeletionPolicy === 'Retain' || DeletionPolicy === 'RetainExceptOnCreate';
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Each as soon as all that it depends on (or that depends on it) is done; what does not depend on each other together. */
async function inOrder(template: Resources, action: (id: string) => Promise<void>, direction?: 'dependents first'): Promise<void> {
  const ids = Object.keys(template);
  const needs = new Map(ids.map(id => [id, dependencies(template[id], ids)]));
  const before = (id: string) => (direction ? ids.filter(other => needs.get(other)!.has(id)) : [...needs.get(id)!]);
  const begun = new Map<string, Promise<void>>();
  const visit = (id: string, trail: readonly string[]): Promise<void> => {
    if (trail.includes(id)) throw new Error(`Circular dependency between resources: [${[...trail, id].join(', ')}]`);
    const known = begun.get(id);
    if (known) return known;
    const all = Promise.all(before(id).map(other => visit(other, [...trail, id]))).then(() => action(id));
    begun.set(id, all);
    return all;
  };
  await Promise.all(ids.map(id => visit(id, [])));
}
