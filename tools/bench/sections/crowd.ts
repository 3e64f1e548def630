import { Options, Section, short } from '../report';
import { median } from '../statistics';
import { Contender } from '../virtual/contender';
import { framework } from '../virtual/framework';
import { ours } from '../virtual/ours';
import { Crowd, Trial } from '../virtual/trial';

const COUNT = 100;
const PER_SECOND = 10;

/** Seconds that each snapshot takes. */
const LENGTH = 300;

interface Entry {
  readonly name: string;
  readonly runs: readonly Crowd[];
}

/** Many resources at once, and a service that throttles. */
export async function crowd(options: Options): Promise<Section> {
  const seeds = options.short ? [1] : [1, 2, 3];
  const library = ours();
  const entries: Entry[] = [
    await run('this library, first time', library, seeds, false),
    await run('this library, again', library, seeds, true),
    await run('Provider, 5 s', framework(5), seeds, false),
    await run('Provider, 15 s', framework(15), seeds, false),
  ];
  const middle = ({ runs }: Entry, field: 'calls' | 'makespan' | 'refused' | 'median' | 'slowest' | 'succeeded') => median(runs.map(result => result[field]));
  const [first, again, five, fifteen] = entries;
  const failed = ({ runs }: Entry) => Math.max(...runs.map(({ succeeded }) => COUNT - succeeded));
  return {
    title: 'A hundred at once',
    meaning: `${COUNT} snapshots in one stack, of ${LENGTH / 60} min each, while Lightsail throttles at ${PER_SECOND} calls a second. What is turned away is tried `
      + 'again later and later, and everybody who was turned away looks less often from then on.',
    tables: [{
      head: ['', 'succeeded', 'calls', 'turned away', 'done after', 'median resource', 'slowest'],
      rows: entries.map(entry => [
        entry.name, `${middle(entry, 'succeeded')} of ${COUNT}`, short(middle(entry, 'calls')), short(middle(entry, 'refused')),
        ...(failed(entry) === 0 ? [`${short(middle(entry, 'makespan'))} s`] : ['never: rolled back']),
        `${short(middle(entry, 'median'))} s`, `${short(middle(entry, 'slowest'))} s`,
      ]),
    }],
    figures: [first, again].flatMap((entry, index) => {
      const name = ['first time', 'again'][index];
      const against = [['Provider at 5 s', five], ['Provider at 15 s', fifteen]] as const;
      return [
        { what: `${name}: resources that failed`, ours: failed(entry), target: 0, unit: '', exact: true },
        { what: `${name}: slowest resource, of the median`, ours: middle(entry, 'slowest') / middle(entry, 'median'), target: 1.25, unit: '', exact: true },
        ...against.map(([title, peer]) => ({
          what: `${name}: calls, of ${title}`, ours: middle(entry, 'calls') / middle(peer, 'calls'), target: 1, unit: '', exact: true,
        })),
        // a stack that was rolled back is never done
        ...against.filter(([, peer]) => failed(peer) === 0).map(([title, peer]) => ({
          what: `${name}: done after, of ${title}`,
          ours: middle(entry, 'makespan') / middle(peer, 'makespan'),
          target: 1,
          unit: '',
          exact: true,
          accepted: { upTo: [1.15, 1.03][index], why: 'looks grow rarer with time, and the last of a hundred has to wait for its own' },
        })),
      ];
    }),
    notes: [
      `Virtual time, a token bucket of ${PER_SECOND}, ${seeds.length === 1 ? 'one run' : `median of ${seeds.length} runs`}. The peers' clients make up to 10 attempts with the SDK's own back-off, `
      + 'and take throttling during a look for "not yet".',
    ],
  };
}

async function run(name: string, contender: Contender, seeds: readonly number[], again: boolean): Promise<Entry> {
  const trial = await Trial.start(contender);
  const runs: Crowd[] = [];
  for (const seed of seeds) runs.push(await trial.crowd(COUNT, LENGTH, PER_SECOND, seed, again));
  await trial.close();
  return { name, runs };
}
