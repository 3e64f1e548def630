import { retain } from '../../../src/functions/backup/retention';
import { Scale, KEPT, LATENCY, PAGE, measureScale } from '../backup/scale';
import { Sweep, bundleFunctions, measureSweep } from '../backup/sweep';
import { Figure, Options, Section } from '../report';

const DAY = 24 * 3600_000;

/** Instances, and the plan's calls a second. */
const RUNS: readonly (readonly [number, number])[] = [[1, 2], [100, 2], [1000, 2], [1000, 10], [10_000, 10]];
const SWEEPS = [100_000, 220_000, 300_000];

/** How a run of a backup plan grows with the number of instances. */
export async function backup(options: Options): Promise<Section> {
  const scales: Scale[] = [];
  for (const [instances, calls] of options.short ? RUNS.slice(0, 2) : RUNS) scales.push(await measureScale(instances, calls));
  const bundle = await bundleFunctions();
  const sweeps: Sweep[] = [];
  for (const snapshots of options.short ? [10_000] : SWEEPS) sweeps.push(await measureSweep(bundle, snapshots));
  const whole = (value: number) => Math.round(value).toLocaleString('en-US');
  const minutes = (value: number) => `${(value / 60).toFixed(1)} min`;
  return {
    page: 'backup-benchmarks.md',
    title: 'A run of a backup plan',
    meaning: `The real functions and the real state machine in virtual time: a run that takes a snapshot of each instance and deletes one. Each has ${KEPT} snapshots `
      + `before; a call takes ${LATENCY} ms, a snapshot 90 s, and a page holds ${PAGE} snapshots, which Lightsail does not document.`,
    tables: [
      {
        caption: 'One run',
        head: ['instances', 'calls/s', 'taken after', 'ended after', 'ended as', 'created', 'deleted', 'looks', 'list pages', 'children', 'rounds of pruning'],
        rows: scales.map(scale => [
          whole(scale.instances), String(scale.callsPerSecond), minutes(scale.taken), minutes(scale.seconds), scale.status, ...[
            scale.creates, scale.deletes, scale.looks, scale.pages, scale.children, scale.rounds,
          ].map(whole),
        ]),
      },
      {
        caption: 'What it takes of Step Functions and Lambda, at list prices',
        head: ['instances', 'calls/s', 'longest payload', 'longest history', 'transitions', 'invocations', 'GB-s', 'US$'],
        rows: scales.map(scale => [
          whole(scale.instances), String(scale.callsPerSecond), `${(scale.payload / 1024).toFixed(1)} KiB`, `${scale.events} events`,
          whole(scale.transitions), whole(scale.invocations), whole(scale.gbSeconds), scale.dollars.toFixed(4),
        ]),
      },
      {
        caption: 'One listing of a region by the function in a process of its own, over sockets',
        head: ['snapshots', 'pages', 'peak RSS', 'own time', `with calls of ${LATENCY} ms`, 'in time'],
        rows: sweeps.map(({ snapshots, pages, mebibytes, seconds, withLatency, ended }) => [
          whole(snapshots), whole(pages), `${mebibytes.toFixed(0)} MiB`, `${seconds.toFixed(1)} s`, minutes(withLatency), ended ? 'yes' : 'no: nothing is pruned, and the run says so',
        ]),
      },
    ],
    figures: [...scaleFigures(scales), ...sweepFigures(sweeps), retention()],
    notes: [
      'A transition is billed for each state entered, each retry and, as counted here, each child. Lambda has 512 MB, and is paid for while a step waits for its turn.',
      'Peak RSS is the whole process\'s, Node.js and SDK included, with at most 460 MB for objects. Beyond about 240,000 snapshots the list does not end within the '
      + '12 minutes that it may take: then nothing is pruned, and the run fails and says so.',
    ],
  };
}

function scaleFigures(scales: readonly Scale[]): Figure[] {
  const at = (instances: number) => scales.filter(scale => scale.instances === instances).at(-1);
  const [hundred, most] = [at(100), at(10_000)];
  return [
    ...hundred ? [{
      what: 'a run of 100',
      ours: hundred.dollars * 1000,
      target: 2,
      unit: ' US$ a thousand',
      exact: true,
    }] : [],
    ...most ? [
      {
        what: 'a run of 10,000',
        ours: most.dollars,
        target: 0.15,
        unit: ' US$',
        exact: true,
      },
      {
        what: 'a run of 10,000 at 10 calls/s',
        ours: most.seconds / 3600,
        target: 2,
        unit: ' h',
        exact: true,
      },
      { what: 'snapshots that were to go and are there, of 10,000', ours: most.instances - most.deletes, target: 0, unit: '', exact: true },
      { what: 'sources without a result, of 10,000', ours: most.status === 'SUCCEEDED' ? 0 : 1, target: 0, unit: '', exact: true },
    ] : [],
    { what: 'longest payload', ours: Math.max(...scales.map(({ payload }) => payload)) / 1024, target: 256, unit: ' KiB', exact: true },
    { what: 'longest history', ours: Math.max(...scales.map(({ events }) => events)), target: 25_000, unit: ' events', exact: true },
  ];
}

function sweepFigures(sweeps: readonly Sweep[]): Figure[] {
  const at = (snapshots: number) => sweeps.find(sweep => sweep.snapshots === snapshots);
  const [small, large] = [at(100_000), at(220_000)];
  return [
    ...small ? [
      { what: 'list of 100,000: peak RSS', ours: small.mebibytes, target: 300, unit: ' MiB', exact: false },
      { what: 'list of 100,000: calls', ours: small.calls / 60, target: 5, unit: ' min', exact: true },
    ] : [],
    ...large ? [{ what: 'list of 220,000', ours: large.withLatency / 60, target: 15, unit: ' min', exact: false }] : [],
  ];
}

/** Of one source with 5,000 snapshots. */
function retention(): Figure {
  const snapshots = Array.from({ length: 5000 }, (_, i) => ({ name: `s-${i}`, takenAt: i * DAY / 4, state: 'good' as const, pinned: false }));
  const times = Array.from({ length: 5 }, () => {
    const began = performance.now();
    retain(snapshots, { hourly: 24, daily: 30, weekly: 20, monthly: 24, yearly: 5, minimum: 1 }, 'Europe/Berlin', 5000 * DAY);
    return performance.now() - began;
  });
  return { what: 'retention of 5,000 snapshots', ours: Math.min(...times), target: 100, unit: ' ms', exact: false };
}
