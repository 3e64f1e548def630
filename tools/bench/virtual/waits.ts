import { Contender } from './contender';
import { framework } from './framework';
import { ours } from './ours';
import { polling } from './polling';
import { Trial, Wait } from './trial';
import { Random } from '../../../testbed/driver';
import { Options } from '../report';

/** What one contender made of all lengths. */
export interface Waits {
  readonly name: string;
  /** 30 s to 10 min. */
  readonly short: readonly Wait[];
  /** Around 5 min. */
  readonly five: readonly Wait[];
  /** Around 45 min. */
  readonly long: readonly Wait[];
}

/** Values from low to high, evenly on a logarithmic scale. */
const spread = (low: number, high: number, count: number) =>
  Array.from({ length: count }, (_, index) => low * (high / low) ** ((index + 0.5) / count));

/** Intervals of the Provider framework: its default, the other one, and more to draw a line. */
const INTERVALS = { short: [5, 15], full: [5, 15, 8, 10, 20, 30] };

/** How much longer or shorter than the time before an operation may be. */
const VARIATION = 0.1;

interface Task {
  readonly name: string;
  readonly contender: Contender;
  /** Only part of the picture: 30 s to 10 min. */
  readonly aside?: boolean;
  /** Seconds that the same took before, from the seconds that it will take. */
  readonly before?: (length: number, random: Random) => number;
  /** Whether that was another stack's doing. */
  readonly elsewhere?: boolean;
}

let measured: Promise<readonly Waits[]> | undefined;

/** All contenders and all lengths, once for all sections. */
export function measureWaits(options: Options): Promise<readonly Waits[]> {
  measured ??= measure(options);
  return measured;
}

async function measure({ short }: Options): Promise<readonly Waits[]> {
  const lengths = { short: spread(30, 600, short ? 16 : 48), five: spread(285, 315, short ? 6 : 16), long: spread(2600, 2800, short ? 4 : 8) };
  const library = ours();
  const around = (length: number, random: Random) => length * (1 - VARIATION + 2 * VARIATION * random.next());
  const current: { trial?: Trial } = {};
  const again = (event: object) => current.trial!.environment.lambda.send(event as never);
  const tasks: Task[] = [
    { name: 'this library, first time', contender: library },
    { name: 'this library, first time, of an instance with a snapshot', contender: library, before: around, elsewhere: true },
    { name: 'this library, again', contender: library, before: around },
    ...short ? [] : [
      { name: 'this library, twice as long before', contender: library, aside: true, before: (length: number) => length * 2 },
      { name: 'this library, half as long before', contender: library, aside: true, before: (length: number) => length / 2 },
    ],
    ...(short ? INTERVALS.short : INTERVALS.full).map(seconds => ({
      name: `Provider, ${seconds} s`, contender: framework(seconds), aside: !INTERVALS.short.includes(seconds),
    })),
    ...[5, 15].map(seconds => ({ name: `one function, ${seconds} s`, contender: polling(seconds, again) })),
  ];
  const all: Waits[] = [];
  for (const { name, contender, aside = false, before, elsewhere } of tasks) {
    const trial = current.trial = await Trial.start(contender);
    const random = new Random(1);
    const run = async (group: readonly number[]) => {
      const waits: Wait[] = [];
      for (const [index, length] of group.entries()) waits.push(await trial.wait(length, index + 1, before?.(length, random), elsewhere));
      return waits;
    };
    all.push({ name, short: await run(lengths.short), five: aside ? [] : await run(lengths.five), long: aside ? [] : await run(lengths.long) });
    await trial.close();
  }
  return all;
}
