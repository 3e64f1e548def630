import { ChaosEnvironment } from './environment';
import type { Fault } from './faults';
import { SUBJECT } from './scenario';
import { idOf } from './scenarios/expected-state';
import { SECRET } from './secret';
import { Call, StackRequest } from '../../testbed/driver';

/** A case that has come to its end. */
export interface Ended {
  readonly chaos: ChaosEnvironment;
  readonly faults: readonly Fault[];
  /** Whether nothing went wrong but what passes, which must change nothing. */
  readonly calm: boolean;
}

type Invariant = (ended: Ended) => string[];

/** What must hold, whatever goes wrong. Each says where it does not. */
export const INVARIANTS: Readonly<Record<string, Invariant>> = {
  'every request is answered once and in time': ({ chaos }) => chaos.environment.responseUrls.requests.flatMap(request => {
    const { outcome, answers, sentAt, closedAt } = request;
    if (outcome === 'CANCELLED') return [];
    const who = nameOf(request);
    const taken = answers.filter(({ status }) => status === 200);
    // an address that refuses the answer, or does not take it in the last minutes, is nothing that anybody can do something about
    const { ServiceTimeout } = request.event.ResourceProperties as { ServiceTimeout: string };
    const lateFrom = sentAt + (Number(ServiceTimeout) - LAST_MINUTES) * 1000;
    const refused = chaos.environment.calls.some(({ service, body, at, outcome: status }) =>
      service === 'put' && body.includes(request.requestId) && (status === 403 || (status !== 200 && at > lateFrom)));
    const different = new Set(taken.map(({ body }) => body)).size;
    return [
      ...different > 1 ? [`${who} was answered in ${different} different ways`] : [],
      ...taken.length === 0 && !refused && !isUndatedAndLate(chaos, request) ? [`${who} was never answered`] : [],
      ...outcome === 'TIMEOUT' && !refused && !isUndatedAndLate(chaos, request) ? [`${who} was not answered within ${((closedAt ?? 0) - sentAt) / 1000} s`] : [],
    ];
  }),

  'every answer is one that CloudFormation understands': ({ chaos }) => chaos.environment.responseUrls.requests
    .flatMap(request => request.answers.filter(({ problem }) => problem).map(({ problem }) => `${nameOf(request)} was answered wrongly: ${problem}`)),

  'success is told only of what is there as told': ({ chaos }) => {
    const { responseUrls, calls } = chaos.environment;
    return chaos.successes.flatMap(({ requestId, at, problems }) => {
      const request = responseUrls.requests.find(candidate => candidate.requestId === requestId)!;
      // a step looks at one thing after the other, so that what changes meanwhile is seen by nobody
      const looks = calls.filter(call => call.at <= at && (call.service === 'lightsail' || call.service === 'ec2'));
      const lookedAt = looks.find(({ invocation }) => invocation === looks.at(-1)!.invocation)?.at ?? 0;
      const sinceThen = [...chaos.tampered.values()].some(tampered => tampered >= lookedAt);
      return sinceThen || request.outcome === 'CANCELLED' ? [] : problems.map(problem => `${nameOf(request)} was answered SUCCESS, and ${problem}`);
    });
  },

  'nothing that was made is left': ({ chaos }) => {
    const { entry, stack, sim } = chaos;
    const belongs = entry.resourceType.belongs ?? ((record, id) => record.name === id);
    const skipped = stack.events.filter(({ status }) => status === 'DELETE_SKIPPED').map(({ physicalId }) => physicalId!);
    const reasons = failuresTold(chaos);
    return chaos.made()
      .filter(({ record }) => record.resourceType !== 'ExportSnapshotRecord' && !record.deleting)
      .filter(({ record }) => !skipped.some(id => belongs(record, id, sim)))
      .filter(({ record }) => !reasons.some(reason => [record.name, idOf(record), idIn(record.name)].some(told => told && reason.includes(told))))
      .map(({ key }) => `${key} is left`);
  },

  'what is to be kept is kept': ({ chaos }) => chaos.stack.events
    .filter(({ status }) => status === 'DELETE_SKIPPED' && chaos.entry.resourceType.makes.length > 0)
    .filter(({ physicalId }) => !isTampered(chaos, physicalId!) && !neverMade(chaos, physicalId!))
    .filter(({ physicalId }) => !chaos.made().some(({ record }) => (chaos.entry.resourceType.belongs ?? isNamed)(record, physicalId!, chaos.sim)))
    .map(({ physicalId }) => `${physicalId} was to be kept and is gone`),

  'nothing is removed before CloudFormation says so': ({ chaos }) => {
    const { responseUrls } = chaos.environment;
    return chaos.sim.calls.filter(({ operation, error }) => operation.startsWith('Delete') && !error).flatMap(({ operation, input, at }) => {
      const name = String(Object.values(input as object)[0]);
      const confirmed = responseUrls.requests.some(({ requestType, answers }) => requestType !== 'Delete' && answers.some(answer =>
        answer.counted && answer.at <= at && answer.content?.Status === 'SUCCESS' && answer.content.PhysicalResourceId === name));
      const told = responseUrls.requests.some(request => request.sentAt <= at && givesUp(request, name));
      // what was removed behind the function's back was made again by the request that then failed
      const again = isTamperedBefore(chaos, name, at);
      return confirmed && !told && !again ? [`${operation} of ${name}, which CloudFormation still counts on`] : [];
    });
  },

  'what a deployment did not make stays until CloudFormation asks for its removal': ({ chaos }) => {
    const { requests } = chaos.environment.responseUrls;
    return chaos.sim.calls.filter(({ operation, error }) => operation.startsWith('Delete') && !error).flatMap(({ operation, input, resources, at }) => {
      const name = String(Object.values(input as object)[0]);
      const tags = resources.at(-1)?.tags ?? [];
      const id = idOf({ tags });
      const creator = requests.find(({ requestId }) => tags.some(({ key, value }) => key === 'cdk-lightsail-snapshots:creator' && value?.split('/')[1] === requestId));
      const confirmed = creator?.answers.find(({ counted, content }) => counted && content?.Status === 'SUCCESS');
      if (!confirmed || confirmed.at > at || isTamperedBefore(chaos, name, at)) return [];
      const since = requests.filter(({ sentAt }) => sentAt >= confirmed.at && sentAt <= at);
      const isRequested = since.some(request => givesUp(request, id!) || givesUp(request, name));
      const [latest] = requests.filter(({ requestType, logicalId, sentAt }) => requestType !== 'Delete' && logicalId === SUBJECT && sentAt <= at).slice(-1);
      return isRequested || !wantedBy(latest, id!).includes(name) ? [] : [`${operation} of ${name}, whose removal nobody has requested`];
    });
  },

  'nothing is changed without a lease, and by one step at a time': ({ chaos }) => {
    const { calls } = chaos.environment;
    const found: string[] = [];
    const ended = new Set<number>();
    const leasedUntil = new Map<number, number>();
    let last: number | undefined;
    for (const call of calls) {
      const { invocation, operation, at, service } = call;
      if (service === 'dynamodb' && operation === 'PutItem') for (const until of leaseIn(call.body)) leasedUntil.set(invocation.id, until);
      if (!isMutating(call)) continue;
      if (!((leasedUntil.get(invocation.id) ?? 0) > at)) found.push(`${operation} of invocation ${invocation.id} has no lease`);
      if (invocation.id === last) continue;
      if (last !== undefined) ended.add(last);
      last = invocation.id;
      if (ended.has(last)) found.push(`${operation} of invocation ${last} comes after another step's calls`);
    }
    return found;
  },

  'nothing secret is left in the ledger': ({ chaos }) => {
    const items = [...chaos.environment.ledger.items].map(([id, item]) => [id, JSON.stringify(item)] as const);
    const { url } = chaos.environment.responseUrls;
    const lost = chaos.environment.calls.some(({ service, outcome }) => service === 'put' && outcome === 403);
    return items.flatMap(([id, text]) => [
      ...text.includes(SECRET) ? [`the item ${id} holds a secret property`] : [],
      ...text.includes(url) && !lost && chaos.stack.status === 'DELETE_COMPLETE' ? [`the item ${id} holds a ResponseURL`] : [],
    ]);
  },

  'nothing foreign is changed or removed': ({ chaos }) => {
    const after = chaos.picture();
    // between a look and a deletion or a change of tags nobody can step, but for the role, which permits both only on what carries the tag
    const { calls } = chaos.sim;
    const inBetween = (key: string) => calls.some(({ operation, input, at }) => /^(Delete|TagResource$|UntagResource$)/.test(operation)
      && Object.values(input as object).some(name => key.endsWith(`/${name}`) && Math.abs(at - (chaos.tampered.get(name) ?? 0)) < 5_000));
    return [...chaos.before].filter(([key, picture]) => after.get(key) !== picture && !inBetween(key))
      .map(([key]) => `${key} is foreign and was ${after.has(key) ? 'changed' : 'removed'}`);
  },

  'no secret can be read': ({ chaos }) => [...chaos.environment.search(SECRET), ...reasonsOf(chaos).filter(reason => reason.includes(SECRET))],

  'no ResponseURL can be read': ({ chaos }) => {
    const { lambda, responseUrls } = chaos.environment;
    const told = [...lambda.invocations.flatMap(({ logs }) => logs), ...reasonsOf(chaos)];
    return told.filter(text => text.includes(responseUrls.url) || text.includes('X-Amz-Signature')).map(text => `a ResponseURL stands in ${text}`);
  },

  'no property stands in a log': ({ chaos }) => chaos.environment.lambda.invocations.flatMap(({ logs }) => logs)
    .filter(line => /InstanceName|SnapshotName|"Tags"|"props"/.test(line)),

  'no wait calls more than it must': ({ chaos }) => {
    const { calls, executions } = chaos.environment;
    const busy = executions.all.filter(({ transitions }) => transitions > MOST_TRANSITIONS)
      .map(({ name, transitions }) => `execution ${name} took ${transitions} transitions`);
    const counts = new Map<number, number>();
    for (const { invocation } of calls) counts.set(invocation.id, (counts.get(invocation.id) ?? 0) + 1);
    return [...busy, ...[...counts].filter(([, count]) => count > MOST_CALLS).map(([id, count]) => `invocation ${id} made ${count} calls`)];
  },

  'all comes to an end': ({ chaos }) => {
    const { executions, lambda, problems } = chaos.environment;
    return [
      ...problems,
      ...executions.all.filter(({ status }) => status === 'RUNNING').map(({ name }) => `execution ${name} still runs`),
      ...executions.all.filter(({ status, deliberate }) => (status === 'FAILED' || status === 'TIMED_OUT') && !deliberate)
        .map(({ name, error, cause }) => `execution ${name} broke down: ${error} ${cause}`),
      ...lambda.invocations.filter(({ state }) => state === 'running').map(({ id }) => `invocation ${id} still runs`),
    ];
  },

  'what passes changes nothing': ({ chaos, calm }) => {
    const planned = chaos.entry.scenario.stages.map(({ ends }) => ends).join(', ');
    const ended = chaos.endings.map(({ status }) => status).join(', ');
    const inTime = !chaos.environment.responseUrls.requests.some(request => isUndatedAndLate(chaos, request));
    return calm && inTime && ended !== planned ? [`ended as ${ended} instead of ${planned}`] : [];
  },

  'a failure is told as soon as it is certain': ({ chaos, faults }) => chaos.entry.scenario.stages.flatMap(({ within = Infinity }, stage) => {
    const { seconds = 0 } = chaos.endings[stage] ?? {};
    return faults.every(({ name }) => name.startsWith('crash')) && seconds > within ? [`stage ${stage + 1} took ${seconds} s instead of at most ${within}`] : [];
  }),
};

/** Without a date in its address, nobody can tell how old an event is that came late, or whose first deliveries crashed before a word was written. */
function isUndatedAndLate({ environment: { calls, responseUrls } }: ChaosEnvironment, { requestId, sentAt }: StackRequest): boolean {
  const written = calls.find(({ operation, body, outcome }) => operation === 'PutItem' && outcome === 200 && body.includes(requestId));
  return responseUrls.urlStyle === 'v2' && written !== undefined && written.at > sentAt + ANSWER_SPARE;
}

/** Names that a request wants to be there: of a group, of each member. */
function wantedBy({ event }: StackRequest, id: string): string[] {
  const { Names, Count } = event.ResourceProperties as { Names?: string[]; Count?: string };
  return Names ?? (Count === undefined ? [id] : Array.from({ length: Number(Count) }, (_, index) => `${id}-${index + 1}`));
}

function isMutating({ service, operation }: Call): boolean {
  return (service === 'lightsail' && !operation.startsWith('Get')) || (service === 'ec2' && !operation.startsWith('Describe'));
}

/** Until when a write to the ledger leases, if it does. */
function leaseIn(body: string): number[] {
  const { envelope } = (JSON.parse(body) as { Item: { envelope?: { S: string } } }).Item;
  const lease = envelope && (JSON.parse(envelope.S) as { lease?: { until: number } }).lease;
  return lease ? [lease.until] : [];
}

/** States entered and retried by one request; ten minutes of looking are 60 of them. */
const MOST_TRANSITIONS = 300;

/** Seconds. */
const LAST_MINUTES = 120;

/** Milliseconds by which an answer is sent before it is due. */
const ANSWER_SPARE = 15_000;

/** Pages of lists included. */
const MOST_CALLS = 60;

/** A deletion, or an update that starts from another id. */
function givesUp({ requestType, event }: StackRequest, name: string): boolean {
  return requestType === 'Delete' ? event.PhysicalResourceId === name : requestType === 'Update' && event.PhysicalResourceId !== name;
}

/** What came with a group of instances is told of by the group's id. */
function idIn(name: string): string | undefined {
  return /^Site-Subject-[0-9a-f]{10}(?=-)/.exec(name)?.[0];
}

/** Whether a resource of this name was removed, or changed, behind the function's back by then. */
function isTamperedBefore({ tampered }: ChaosEnvironment, name: string, at: number): boolean {
  return (tampered.get(name) ?? Infinity) <= at;
}

/** Also where the id stands for several, which are numbered. */
function isTampered({ tampered }: ChaosEnvironment, id: string): boolean {
  return [...tampered.keys()].some(name => name === id || name.startsWith(`${id}-`));
}

const isNamed = (record: { readonly name: string }, id: string) => record.name === id;

function nameOf({ requestType, logicalId, requestId }: StackRequest): string {
  return `${requestType} of ${logicalId} (${requestId})`;
}

function reasonsOf({ environment }: ChaosEnvironment): string[] {
  return environment.responseUrls.requests.flatMap(({ answers }) => answers.map(({ content }) => content?.Reason ?? ''));
}

/** Reasons of failure, also where the address refused them; nobody is told what became of a request that was cancelled. */
function failuresTold({ environment }: ChaosEnvironment): string[] {
  const cancelled = new Set(environment.responseUrls.requests.filter(({ outcome }) => outcome === 'CANCELLED').map(({ requestId }) => requestId));
  return environment.calls.filter(({ service }) => service === 'put').map(({ body }) => JSON.parse(body))
    .filter(({ Status, RequestId }) => Status === 'FAILED' && !cancelled.has(RequestId)).map(({ Reason }) => Reason);
}

/** Whether nothing was ever there: the creation failed, or was answered before, since a wait resource goes on behind it. */
function neverMade({ environment }: ChaosEnvironment, id: string): boolean {
  return !environment.responseUrls.requests.some(({ answers, event }) => (event.ResourceProperties as { Continued?: string }).Continued !== 'true'
    && answers.some(({ content }) => content?.Status === 'SUCCESS' && content.PhysicalResourceId === id));
}

