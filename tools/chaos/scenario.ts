import { MIN_TIMEOUT, RESERVE, ResourceType } from '../../src/functions/deployment/contract';
import type { DeployOptions, Resource, Resources } from '../../testbed/driver';
import type { Options, Outcome, ResourceRecord, ResourceType as LightsailResourceType, Simulator } from '../../testbed/simulator';

/** Logical id of the resource that everything is about. */
export const SUBJECT = 'Subject';

/** Seconds that a request's work may take here: enough for every fault to pass, and not so many that what is stuck is looked at for ever. */
export const TIMEOUT = 420;

export type Properties = Readonly<Record<string, unknown>>;

/** What an answer says is there, for a resource type to compare with what is. */
export interface SuccessResponse {
  readonly sim: Simulator;
  readonly id: string;
  readonly properties: Properties;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What there is to know of a resource type to put it through everything. */
export interface ResourceTypeScenarios {
  readonly type: ResourceType;
  readonly properties: Properties;
  /** What changes in place. */
  readonly changed?: Properties;
  /** What makes it another resource. */
  readonly replaced?: Properties;
  /** A name that somebody else's thing has. */
  readonly taken?: Properties;
  /** What cannot be carried out. */
  readonly refused?: Properties;
  /** Records that it makes, which may come out other than hoped. */
  readonly makes: readonly LightsailResourceType[];
  /** Sequences that do not apply, or that end otherwise and are among its own. */
  readonly without?: readonly string[];
  /** Sequences of this resource type's own. */
  readonly more?: Readonly<Record<string, Scenario>>;
  /** Things that are there before anything is deployed, and belong to others. */
  seed(sim: Simulator): void;
  /** What is there, in words, where it is not as wanted; and the attributes that an answer should have. */
  expectedState(response: SuccessResponse): { readonly wrong: readonly string[]; readonly attributes: Readonly<Record<string, unknown>> };
  /** Whether a record is (part of) what a physical id stands for. @default - it has that name */
  belongs?(record: ResourceRecord, id: string, sim: Simulator): boolean;
}

/** One thing that is done to the stack: a template to deploy, or none to delete it. */
export interface Stage {
  readonly template?: Resources;
  readonly options?: DeployOptions;
  /** Status in which this ends when nothing goes wrong, or nothing but one crash. */
  readonly ends: string;
  /** Seconds that this takes at the most, where a failure is to be told before the time is up. */
  readonly within?: number;
}

export interface Scenario {
  readonly stages: readonly Stage[];
  readonly outcomes?: readonly Outcome[];
  readonly options?: Partial<Options>;
  /** Seconds by which the events come late, in their order. */
  readonly late?: readonly number[];
  /** Seconds that it takes to make anything. @default - a quarter of the simulator's own */
  readonly making?: number;
}

export const REMOVED = { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' };
export const KEPT = { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' };

/** For what is stuck: looked at no longer than it takes to show that it is. */
export const IMPATIENT = { Timeout: TIMEOUT / 2, ServiceTimeout: TIMEOUT / 2 + RESERVE };

/** Seconds within which a failure that is certain is told, a crash and what it costs included. */
const PROMPT = 400;

const OTHER: Resources = { Other: { Type: 'AWS::SNS::Topic', Properties: {} } };
const DELETED: Stage = { ends: 'DELETE_COMPLETE' };

export function resource(type: string, properties: Properties, policies: object = REMOVED): Resource {
  const given = Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
  const kept = policies === KEPT && { Retain: 'true' };
  return { Type: type, Properties: { Timeout: TIMEOUT, ServiceTimeout: TIMEOUT + RESERVE, ...kept, ...given }, ...policies };
}

/** Made, changed and removed. */
export const life = (type: string, properties: Properties, changed: Properties): Scenario => ({
  stages: [
    { template: { [SUBJECT]: resource(type, properties) }, ends: 'CREATE_COMPLETE' },
    { template: { [SUBJECT]: resource(type, { ...properties, ...changed }) }, ends: 'UPDATE_COMPLETE' },
    DELETED,
  ],
});

/** The life of a resource type in a stack, as the data of the resource type allows it. */
export function sequencesOf(resourceType: ResourceTypeScenarios): Record<string, Scenario> {
  const { type, properties, changed, replaced, refused, taken, makes } = resourceType;
  const one = (more: Properties = {}, policies: object = REMOVED): Resources => ({ [SUBJECT]: resource(type, { ...properties, ...more }, policies) });
  const created: Stage = { template: one(), ends: 'CREATE_COMPLETE' };
  const failOther = { after: SUBJECT };
  const found: Record<string, Scenario | undefined> = {
    'create, delete': { stages: [created, DELETED] },
    'create, drop': { stages: [{ ...created, template: { ...OTHER, ...one() } }, { template: OTHER, ends: 'UPDATE_COMPLETE' }, DELETED] },
    'create, keep': { stages: [{ ...created, template: one({}, KEPT) }, DELETED] },
    'create, cancelled': makes.length === 0 ? undefined : { stages: [{ template: one({}, KEPT), options: { cancelAfter: 9_000 }, ends: 'ROLLBACK_COMPLETE' }, DELETED] },
    'create, cancelled at once': { stages: [{ template: one(), options: { cancelAfter: 0 }, ends: 'ROLLBACK_COMPLETE' }, DELETED] },
    'create, cancelled before it arrives': {
      late: [90], stages: [{ template: one(), options: { cancelAfter: 0 }, ends: 'ROLLBACK_COMPLETE' }, DELETED],
    },
    'create, rolled back': { stages: [{ template: one({}, KEPT), options: { failOther }, ends: 'ROLLBACK_COMPLETE' }, DELETED] },
    'create, fails': makes.length === 0 ? undefined : {
      outcomes: [{ resourceType: makes[0], state: 'error', errorCode: 'E1', errorDetails: 'made to fail' }],
      stages: [{ template: one({}, KEPT), ends: 'ROLLBACK_COMPLETE', within: PROMPT }, DELETED],
    },
    'create, unknown state': makes.length === 0 ? undefined : {
      outcomes: [{ resourceType: makes[0], state: 'unknown-state' }],
      stages: [{ template: one(), ends: 'ROLLBACK_COMPLETE', within: PROMPT }, DELETED],
    },
    'create, stuck': makes.length === 0 ? undefined : {
      outcomes: [{ resourceType: makes[0], state: 'stuck' }],
      options: { deletePendingRefused: false, deletePendingInstanceRefused: false, tagPendingRefused: false },
      stages: [{ template: one(IMPATIENT), ends: 'ROLLBACK_COMPLETE' }, DELETED],
    },
    'create, keep, create again': makes.length === 0 ? undefined : {
      stages: [
        { ...created, template: { ...OTHER, ...one({}, KEPT) } },
        { template: OTHER, ends: 'UPDATE_COMPLETE' },
        { template: { ...OTHER, ...one({}, KEPT) }, ends: 'UPDATE_ROLLBACK_COMPLETE' },
        DELETED,
      ],
    },
    'create, name taken': taken && { stages: [{ template: one(taken), ends: 'ROLLBACK_COMPLETE' }, DELETED] },
    'replace, name taken': taken && { stages: [created, { template: one(taken), ends: 'UPDATE_ROLLBACK_COMPLETE' }, DELETED] },
    'delete, stuck': makes.length === 0 ? undefined : {
      outcomes: [{ resourceType: makes[0], state: 'stuck', on: 'delete' }],
      options: { deletingIsHidden: false },
      stages: [created, { ends: 'DELETE_FAILED' }],
    },
    'create, refused': refused && { stages: [{ template: one(refused), ends: 'ROLLBACK_COMPLETE' }, DELETED] },
    'change': changed && { stages: [created, { template: one(changed), ends: 'UPDATE_COMPLETE' }, DELETED] },
    'change, rolled back': changed && { stages: [created, { template: one(changed), options: { failOther }, ends: 'UPDATE_ROLLBACK_COMPLETE' }, DELETED] },
    'replace': replaced && { stages: [created, { template: one(replaced), ends: 'UPDATE_COMPLETE' }, DELETED] },
    'replace, keep': replaced && {
      stages: [{ ...created, template: one({}, KEPT) }, { template: one(replaced, KEPT), ends: 'UPDATE_COMPLETE' }, DELETED],
    },
    'replace, keep, back, rolled back': replaced && {
      stages: [
        { ...created, template: one({}, KEPT) },
        { template: one(replaced, KEPT), ends: 'UPDATE_COMPLETE' },
        { template: one({}, KEPT), options: { failOther }, ends: 'UPDATE_ROLLBACK_COMPLETE' },
        DELETED,
      ],
    },
    'replace, cancelled': replaced && {
      stages: [created, { template: one(replaced), options: { cancelAfter: 9_000 }, ends: 'UPDATE_ROLLBACK_COMPLETE' }, DELETED],
    },
    'replace, rolled back': replaced && {
      stages: [created, { template: one(replaced), options: { failOther }, ends: 'UPDATE_ROLLBACK_COMPLETE' }, DELETED],
    },
    'replace, there and back': replaced && {
      stages: [created, { template: one(replaced), ends: 'UPDATE_COMPLETE' }, { template: one(), ends: 'UPDATE_COMPLETE' }, DELETED],
    },
    'replace, refused': refused && { stages: [created, { template: one(refused), ends: 'UPDATE_ROLLBACK_COMPLETE' }, DELETED] },
  };
  return Object.fromEntries(Object.entries({ ...without({ ...found, ...longWaits(resourceType, one) }, resourceType.without), ...resourceType.more })
    .filter((entry): entry is [string, Scenario] => entry[1] !== undefined));
}

function without<T>(all: Record<string, T>, names: readonly string[] = []): Record<string, T> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !names.includes(name)));
}

/** Seconds that the first of two resources waits. */
const SEGMENT = 240;

/** The same with a wait resource behind it, which waits for so many seconds. */
function withWait(template: Resources, type: string, seconds: number): Resources {
  const { [SUBJECT]: first } = template;
  const shared = first.Properties!;
  const wait = {
    OwnerType: type, OwnerLogicalId: SUBJECT, ResourceId: { Ref: SUBJECT }, OwnerRequestId: { 'Fn::GetAtt': [SUBJECT, 'RequestId'] }, WaitedBefore: SEGMENT,
  };
  return {
    [SUBJECT]: {
      ...first, Properties: { ...shared, Timeout: SEGMENT, ServiceTimeout: SEGMENT + RESERVE, Continued: true, WholeTimeout: SEGMENT + seconds },
    },
    Wait2: { ...first, Type: 'Custom::LightsailWait', Properties: { ...shared, ...wait, Timeout: seconds } },
  };
}

/** A life in which a request's hour does not suffice: made, changed, replaced, cancelled and removed while a wait resource waits. */
function longWaits(
  resourceType: ResourceTypeScenarios, one: (more?: Properties, policies?: object) => Resources,
): Record<string, Scenario | undefined> {
  const { type, changed, replaced, makes } = resourceType;
  if (makes.length === 0) return {};
  const making = SEGMENT + 30;
  const long = (more: Properties = {}, policies: object = REMOVED, seconds = TIMEOUT) => withWait(one(more, policies), type, seconds);
  const created: Stage = { template: long(), ends: 'CREATE_COMPLETE' };
  const late = { cancelAfter: (SEGMENT + 15) * 1000 };
  const unknown = { resourceType: makes[0], state: 'unknown-state' } as const;
  return {
    'waits: create': { making, stages: [created, DELETED] },
    'waits: create, rolled back': { making, stages: [{ ...created, template: long({}, KEPT), options: { failOther: { after: 'Wait2' } }, ends: 'ROLLBACK_COMPLETE' }, DELETED] },
    'waits: create, fails': {
      making, outcomes: [unknown], stages: [{ ...created, ends: 'ROLLBACK_COMPLETE' }, DELETED],
    },
    'waits: change': changed && { making, stages: [created, { template: long(changed), ends: 'UPDATE_COMPLETE' }, DELETED] },
    'waits: replace': replaced && { making, stages: [created, { template: long(replaced), ends: 'UPDATE_COMPLETE' }, DELETED] },
    'waits: replace, rolled back': replaced && {
      making, stages: [created, { template: long(replaced), options: { failOther: { after: 'Wait2' } }, ends: 'UPDATE_ROLLBACK_COMPLETE' }, DELETED],
    },
    'waits: replace, keep, rolled back': replaced && {
      making,
      stages: [
        { ...created, template: long({}, KEPT) },
        { template: long(replaced, KEPT), options: { failOther: { after: 'Wait2' } }, ends: 'UPDATE_ROLLBACK_COMPLETE' },
        DELETED,
      ],
    },
    'waits: replace, too long': replaced && {
      making: SEGMENT + 120, stages: [created, { template: long(replaced, REMOVED, MIN_TIMEOUT), ends: 'UPDATE_ROLLBACK_COMPLETE' }, DELETED],
    },
    'waits: timeout changed': { stages: [created, { template: long({}, REMOVED, TIMEOUT - 60), ends: 'UPDATE_COMPLETE' }, DELETED] },
    'waits: timeout raised': { stages: [{ template: one(), ends: 'CREATE_COMPLETE' }, { template: long(), ends: 'UPDATE_COMPLETE' }, DELETED] },
    'waits: timeout raised and changed': changed && {
      stages: [{ template: one(), ends: 'CREATE_COMPLETE' }, { template: long(changed), ends: 'UPDATE_COMPLETE' }, DELETED],
    },
    'waits: timeout lowered': { stages: [created, { template: one(), ends: 'UPDATE_COMPLETE' }, DELETED] },
    'waits: create, cancelled late': { making, stages: [{ template: long(), options: late, ends: 'ROLLBACK_COMPLETE' }, DELETED] },
    'waits: replace, cancelled late': replaced && {
      making, stages: [created, { template: long(replaced), options: late, ends: 'UPDATE_ROLLBACK_COMPLETE' }, DELETED],
    },
    'waits: added, cancelled late, added again': {
      making,
      stages: [
        { template: OTHER, ends: 'CREATE_COMPLETE' },
        { template: { ...OTHER, ...long() }, options: late, ends: 'UPDATE_ROLLBACK_COMPLETE' },
        { template: { ...OTHER, ...long() }, ends: 'UPDATE_COMPLETE' },
        DELETED,
      ],
    },
  };
}
