/** Lookups: a snapshot that exists already, found by what is known of it. */
import { TerminalError } from '../../aws/errors';
import { hash } from '../../aws/ownership';
import { CommonProperties, SnapshotLookupProperties } from '../contract';
import { diskSnapshots } from './disk-snapshot';
import { instanceSnapshots } from './instance-snapshot';
import { HandlerContext, ResourceHandler } from './resource-handler';
import { SnapshotRecord, SnapshotType, attributesOf } from './snapshot';
import { Data } from '../events/respond';

/** Longest list of names, in characters: CloudFormation takes no longer answers. */
const MAX_NAMES = 4096;

type Criteria = Required<Omit<SnapshotLookupProperties, keyof CommonProperties | 'Choose' | 'FallbackSnapshotName' | 'Revision'>>;

type Criterion<V> = readonly [inWords: (value: V) => string, holds: (snapshot: SnapshotRecord, value: V) => boolean];

/** What can be asked of a snapshot. */
const CRITERIA: { readonly [C in keyof Criteria]: Criterion<Criteria[C]> } = {
  SnapshotName: [name => `named '${name}'`, (snapshot, name) => snapshot.name === name],
  FromInstanceName: [name => `of instance '${name}'`, (snapshot, name) => snapshot.fromInstanceName === name],
  FromDiskName: [name => `of disk '${name}'`, (snapshot, name) => snapshot.fromDiskName === name],
  WithTags: [tags => `tagged ${JSON.stringify(tags)}`, hasTags],
  FromAutoSnapshot: [
    automatic => (isTrue(automatic) ? 'copied from an automatic one' : 'not copied from an automatic one'),
    (snapshot, automatic) => (snapshot.isFromAutoSnapshot ?? false) === isTrue(automatic),
  ],
  CreatedAfter: [time => `created at ${time} or later`, (snapshot, time) => takenAt(snapshot) >= Date.parse(time)],
  CreatedBefore: [time => `created before ${time}`, (snapshot, time) => takenAt(snapshot) < Date.parse(time)],
};

type LookupContext = HandlerContext<SnapshotLookupProperties>;

/** How far a search has come: it goes on after a pause where it stopped. */
interface Search {
  pageToken?: string;
  looked: number;
  count: number;
  names: string[];
  best?: Hit;
  kept?: Hit;
  fallback?: Hit;
}

interface Hit {
  readonly name: string;
  readonly at: number;
  readonly data: Data;
}

/**
 * Finds a snapshot, and makes nothing. Its physical id is `<hash of the criteria and the revision>/<name of the snapshot>`: what was found
 * stands until one of these changes, whatever else is deployed meanwhile.
 */
function lookupHandler<S extends SnapshotRecord>(type: SnapshotType<S>): ResourceHandler<SnapshotLookupProperties> {
  return {
    id(_owner, _replacementKey, props, previousId) {
      const criteria = hash(10, criteriaOf(props));
      return previousId?.startsWith(`${criteria}/`) ? previousId : `${criteria}/`;
    },

    async reconcile(context) {
      checkTimes(context.props);
      const { request } = context;
      const [criteria, kept] = split(request.id);
      // the name is known without a look
      if (kept && request.attributes.every(name => name === 'Name')) return { done: { Name: kept } };
      const search = (request.checkpoint.search ??= { looked: 0, count: 0, names: [] }) as Search;
      do {
        const page = await type.list(context, search.pageToken);
        for (const snapshot of page.snapshots) consider(type, context, search, snapshot, kept);
        search.pageToken = page.pageToken;
        if (search.pageToken && context.isOutOfTime()) return { pending: `the rest of the ${type.noun}s (looked at ${search.looked})`, soon: true };
      } while (search.pageToken);
      const hit = kept ? search.kept : search.best ?? search.fallback;
      if (!hit && kept) {
        // a rollback goes on with what was told of it
        const { attributes, answered = {} } = request;
        if (attributes.every(name => name in answered)) return { done: answered };
        throw new TerminalError(`${type.noun} '${kept}', which was found earlier, is gone from ${context.env.region}. `
          + 'change `revision` to look for another one');
      }
      if (!hit) throw new TerminalError(nothing(type, context, search.looked));
      return { done: { ...hit.data, Name: hit.name, Names: search.names, Count: search.count }, id: `${criteria}/${hit.name}` };
    },

    remove: async () => ({ done: {} }),
  };
}

/** What is looked for: all that may change what is found. */
function criteriaOf(props: SnapshotLookupProperties): unknown {
  const names = [...Object.keys(CRITERIA), 'Choose', 'FallbackSnapshotName', 'Revision'] as (keyof SnapshotLookupProperties)[];
  return names.filter(name => props[name] !== undefined).map(name => [name, props[name]]);
}

/** Names have no slashes. */
function split(id: string): [criteria: string, name: string] {
  const [criteria, name = ''] = id.split('/');
  return [criteria, name];
}

function consider<S extends SnapshotRecord>(
  type: SnapshotType<S>, { props, request }: LookupContext, search: Search, snapshot: S, kept: string,
): void {
  search.looked++;
  if (!type.states.target.includes(snapshot.state ?? '')) return;
  const hit = (): Hit => ({ name: snapshot.name!, at: takenAt(snapshot), data: attributesOf(type, snapshot) });
  if (snapshot.name === props.FallbackSnapshotName) search.fallback = hit();
  if (snapshot.name === kept) search.kept = hit();
  if (!wantedCriteria(props).every(({ holds }) => holds(snapshot))) return;
  search.count++;
  if (request.attributes.includes('Names')) search.names.push(snapshot.name!);
  if (search.names.join(',').length > MAX_NAMES) {
    throw new TerminalError(`the names of the ${type.noun}s found take more than the ${MAX_NAMES} bytes of an answer to CloudFormation: `
      + 'narrow the search, or do not refer to `snapshotNames`');
  }
  if (!search.best || precedes(props, snapshot, search.best)) search.best = hit();
}

/** Of two that were created together the name decides, so that the answer does not depend on the order of the list. */
function precedes({ Choose }: SnapshotLookupProperties, snapshot: SnapshotRecord, best: Hit): boolean {
  const later = takenAt(snapshot) - best.at;
  return later === 0 ? snapshot.name! < best.name : later > 0 === (Choose !== 'oldest');
}

/** What is asked for, with its values in place. */
function wantedCriteria(props: SnapshotLookupProperties) {
  const given = (Object.keys(CRITERIA) as (keyof Criteria)[]).filter(name => props[name] !== undefined);
  return given.map(name => {
    const [inWords, holds] = CRITERIA[name] as Criterion<unknown>;
    return { words: inWords(props[name]), holds: (snapshot: SnapshotRecord) => holds(snapshot, props[name]) };
  });
}

function nothing({ noun, states }: Pick<SnapshotType<never>, 'noun' | 'states'>, { props, env }: LookupContext, looked: number): string {
  const wanted = wantedCriteria(props).map(({ words }) => words).join(', ');
  const fallback = props.FallbackSnapshotName === undefined
    ? 'widen the search, or name a snapshot to fall back on'
    : `the one to fall back on, '${props.FallbackSnapshotName}', is not there either, or not ${states.target[0]}`;
  return `found no ${noun}${wanted && ` ${wanted}`} that is ${states.target[0]} in ${env.region}, among the ${looked} that are there. ${fallback}`;
}

/** A time that came by a parameter could not be checked before. */
function checkTimes(props: SnapshotLookupProperties): void {
  for (const name of ['CreatedAfter', 'CreatedBefore'] as const) {
    const time = props[name];
    if (time !== undefined && Number.isNaN(Date.parse(time))) throw new TerminalError(`${name} must be a time such as 2026-11-21T09:30:00Z, got '${time}'`);
  }
}

function hasTags({ tags }: SnapshotRecord, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([key, value]) => tags?.some(tag => tag.key === key && (tag.value ?? '') === value));
}

function takenAt({ createdAt }: SnapshotRecord): number {
  return createdAt?.getTime() ?? 0;
}

function isTrue(value: string | boolean): boolean {
  return String(value) === 'true';
}

/** Finds a snapshot of an instance. */
export const instanceSnapshotLookup = lookupHandler(instanceSnapshots);

/** Finds a snapshot of a disk. */
export const diskSnapshotLookup = lookupHandler(diskSnapshots);
