import { costChart } from '../charts/cost';
import { Options, Section, short } from '../report';
import { mean } from '../statistics';
import { Wait } from '../virtual/trial';
import { measureWaits } from '../virtual/waits';

/** US dollars, list prices of us-east-1 without a free tier. */
const PRICES = { transition: 25 / 1e6, request: 0.2 / 1e6, gbSecond: 16.67e-6 };

const THOUSAND = 1000;

interface Cost {
  readonly transitions: number;
  readonly requests: number;
  readonly gbSeconds: number;
  readonly dollars: number;
}

/** What a thousand waits cost. */
function costOf(waits: readonly Wait[]): Cost {
  const each = (field: 'transitions' | 'invocations' | 'gbSeconds') => mean(waits.map(wait => wait[field])) * THOUSAND;
  const [transitions, requests, gbSeconds] = [each('transitions'), each('invocations'), each('gbSeconds')];
  return { transitions, requests, gbSeconds, dollars: transitions * PRICES.transition + requests * PRICES.request + gbSeconds * PRICES.gbSecond };
}

/** What waiting costs at list prices. */
export async function cost(options: Options): Promise<Section> {
  const all = (await measureWaits(options)).filter(({ five }) => five.length > 0);
  const costs = all.map(({ name, five, long }) => ({ name, five: costOf(five), long: costOf(long) }));
  const find = (name: string) => costs.find(entry => entry.name === name)!;
  const [first, known, again] = ['first time', 'first time, of an instance with a snapshot', 'again'].map(name => find(`this library, ${name}`));
  const provider = find('Provider, 5 s');
  const longest = Math.min(...costs.filter(({ name }) => name.startsWith('one function')).map(({ long }) => long.dollars));
  const table = (caption: string, group: 'five' | 'long') => ({
    caption,
    head: ['1,000 waits', 'transitions', 'requests', 'GB-s', 'US$', 'of Provider, 5 s'],
    rows: costs.map(entry => {
      const { transitions, requests, gbSeconds, dollars } = entry[group];
      const whole = (value: number) => Math.round(value).toLocaleString('en-US');
      return [entry.name, whole(transitions), whole(requests), whole(gbSeconds), dollars.toFixed(2), short(dollars / provider[group].dollars)];
    }),
  });
  const figure = (what: string, ours: number, peer: number) => ({ what, ours: ours / peer, target: 1, unit: '', exact: true });
  return {
    title: 'Cost of waiting',
    meaning: 'Fractions of a cent for each wait, either way: it does not decide for or against anything, but it should not grow with patience. One function that sleeps is cheap '
      + 'for minutes; for an hour it is paid for sleeping, and it occupies one of the account\'s concurrent executions all that time.',
    tables: [table('5 min', 'five'), table('45 min', 'long')],
    figures: [
      {
        ...figure('5 min, first time: cost, of Provider at 5 s', first.five.dollars, provider.five.dollars),
        accepted: { upTo: 1.5, why: 'a look takes three transitions, because each wait has a length of its own' },
      },
      figure('5 min, first time, of an instance with a snapshot: cost, of Provider at 5 s', known.five.dollars, provider.five.dollars),
      figure('5 min, again: cost, of Provider at 5 s', again.five.dollars, provider.five.dollars),
      figure('45 min, first time: cost, of Provider at 5 s', first.long.dollars, provider.long.dollars),
      figure('45 min, again: cost, of Provider at 5 s', again.long.dollars, provider.long.dollars),
      figure('45 min, first time: cost, of one function', first.long.dollars, longest),
      figure('45 min, again: cost, of one function', again.long.dollars, longest),
    ],
    charts: [costChart(costs.map(({ name, five, long }) => ({ name, values: [five.dollars, long.dollars] })))],
    notes: [
      'transitions × US$ 25 per million + requests × US$ 0.20 per million + GB-s × US$ 16.67 per million. The driver counts entered states and retries; '
      + 'an invocation takes 100 ms for each of its calls and 20 ms besides, at 256 MB here and at 128 MB, the CDK\'s default, for the peers; '
      + 'with the Provider framework two functions run for each look, one waiting for the other.',
    ],
  };
}
