import { waitingChart } from '../charts/waiting';
import { Figure, Options, Section, short } from '../report';
import { mean, quantile } from '../statistics';
import { Waits, measureWaits } from '../virtual/waits';

/** Seconds that a wait may overshoot on average: 3 % of its length or 3 s. */
export const allowance = (length: number) => Math.max(3, 0.03 * length);

const overshoots = (waits: Waits['short']) => mean(waits.map(({ overshoot }) => overshoot));
const shares = (waits: Waits['short']) => mean(waits.map(({ overshoot, length }) => overshoot / allowance(length)));
const calls = (waits: Waits['short']) => mean(waits.map(wait => wait.calls));

/** How soon the end of an operation is noticed, and for how many calls. */
export async function waiting(options: Options): Promise<Section> {
  const all = await measureWaits(options);
  const find = (name: string) => all.find(waits => waits.name === name)!;
  const library = ['first time', 'first time, of an instance with a snapshot', 'again'].map(name => find(`this library, ${name}`));
  const provider5 = find('Provider, 5 s');
  const curve = all.filter(({ name }) => name.startsWith('Provider'));
  const rows = (group: 'short' | 'long') => all.filter(waits => waits[group].length > 0).map(waits => [
    waits.name,
    `${short(overshoots(waits[group]))} s`,
    `${short(quantile(waits[group].map(({ overshoot }) => overshoot), 0.95))} s`,
    short(shares(waits[group])),
    short(calls(waits[group])),
    short(calls(waits[group]) / calls(provider5[group])),
  ]);
  const head = ['', 'mean overshoot', 'p95', 'of the allowance', 'Lightsail calls', 'of Provider, 5 s'];
  return {
    title: 'Waiting',
    meaning: 'How long CloudFormation still waits after Lightsail is done, and how many calls it takes to know. Lightsail throttles an account as '
      + 'a whole, so calls that are saved here are there for everybody else. "First time" is a snapshot of which nothing is known; "of an '
      + 'instance with a snapshot" is one of which Lightsail still knows the operation, within 10 % of the same time; "again" is one whose construct has '
      + 'taken one before.',
    tables: [
      { caption: 'Operations of 30 s to 10 min', head, rows: rows('short') },
      { caption: 'Operations of 45 min', head, rows: rows('long') },
    ],
    figures: [...library.flatMap(waits => figuresOf(waits, provider5, curve))],
    charts: [waitingChart(all.map(({ name, short: waits }) => ({ name, calls: calls(waits), overshoot: shares(waits) })))],
    notes: [
      'Virtual time: the real handlers and state machines of all, with 100 ms for every call. The allowance is 3 % of the operation\'s length or 3 s, whichever is larger.',
      'Lengths are spread evenly on a logarithmic scale and fall in with nobody\'s interval.',
      'The line of the Providers is compared in shares of the allowance. In plain seconds, or for operations of one length that is known, an interval '
      + 'that is chosen for just that length does as well or better than a first time here; what it cannot do is fit all lengths.',
      'Where the same took twice as long before, the end is noticed late: that case lies beyond the Providers\' line.',
      'The Provider framework is also run at intervals that nobody proposes, to draw the line that its users can choose from.',
    ],
  };
}

function figuresOf(ours: Waits, provider5: Waits, curve: readonly Waits[]): Figure[] {
  const name = ours.name.replace('this library, ', '');
  const isFirst = name === 'first time';
  const groups = [['short', '30 s to 10 min'], ['long', '45 min']] as const;
  return groups.flatMap(([group, title]) => [
    {
      what: `${title}, ${name}: mean overshoot, of the allowance`,
      ours: shares(ours[group]),
      target: 1,
      unit: '',
      exact: true,
      ...(isFirst && group === 'short' && { accepted: { upTo: 1.8, why: 'nothing says when to begin looking, fewer calls and less overshoot exclude each other, and a step takes half a second for the ledger' } }),
    },
    { what: `${title}, ${name}: calls, of Provider at 5 s`, ours: calls(ours[group]) / calls(provider5[group]), target: 0.5, unit: '', exact: true },
    ...(group === 'short' ? [{
      what: `${title}, ${name}: overshoot, of a Provider with as many calls`,
      ours: shares(ours.short) / onCurve(curve, calls(ours.short)),
      target: 1,
      unit: '',
      exact: true,
      ...(isFirst && { accepted: { upTo: 1.3, why: 'a step takes half a second for the ledger, which is counted as overshoot' } }),
    }] : []),
  ]);
}

/** Overshoot of a Provider whose interval is chosen so that it makes that many calls, between those that were measured. */
function onCurve(curve: readonly Waits[], wanted: number): number {
  const points = curve.map(({ short: waits }) => [calls(waits), shares(waits)]).sort(([a], [b]) => a - b);
  const index = Math.min(points.length - 1, Math.max(1, points.findIndex(([x]) => x >= wanted)));
  const [[x0, y0], [x1, y1]] = [points[index - 1], points[index]];
  return y0 + (y1 - y0) * (wanted - x0) / (x1 - x0);
}
