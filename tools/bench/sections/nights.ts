import { CONTENDERS } from '../nights/contenders';
import { INCIDENTS, SCHEDULE_INCIDENTS } from '../nights/incidents';
import { BackupMethod, Year, live } from '../nights/year';
import { Options, Section } from '../report';

/** The same nights for a backup plan and for what people use instead. */
export async function nights(options: Options): Promise<Section> {
  const count = options.short ? 30 : 365;
  const years: Year[] = [];
  for (const method of ['plan', ...CONTENDERS, 'automatic'] as BackupMethod[]) years.push(await live(method, count));
  const [ours] = years;
  return {
    page: 'backup-benchmarks.md',
    title: 'The same nights',
    meaning: `${count} nights of four instances on the simulator, with everything below. Good ones lost: sources whose last good snapshot went. Foreign ones: snapshots of `
      + 'somebody else that were deleted. Left: failed ones, and those of instances that are gone, which a plan keeps unless it is told a time.',
    tables: [{
      head: ['', 'nights without a good one', 'good ones lost', 'foreign ones deleted', 'left in the end', 'calls a night', 'US$'],
      rows: years.map(({ title, without, sourceNights, lost, foreign, left, calls, dollars }) => [
        title, `${without} of ${sourceNights}`, String(lost), String(foreign), String(left),
        calls === 0 ? '' : (calls / count).toFixed(0), dollars === 0 ? '' : dollars.toFixed(2),
      ]),
    }],
    figures: [
      { what: 'a plan: good ones lost', ours: ours.lost, target: 0, unit: '', exact: true },
      { what: 'a plan: foreign ones deleted', ours: ours.foreign, target: 0, unit: '', exact: true },
      {
        what: 'a plan: nights without a good one, of the best script',
        ours: ours.without / Math.min(...years.slice(1, 4).map(({ without }) => without)),
        target: 1,
        unit: '',
        exact: false,
      },
    ],
    notes: [
      `What happens: ${[...INCIDENTS.map(({ what }) => what), ...SCHEDULE_INCIDENTS].join('; ')}.`,
      'The three scripts are written anew from what such scripts are known to do ([`contenders.ts`](../tools/bench/nights/contenders.ts)), each as one function of 128 MB with '
      + 'the SDK\'s retries and Lambda\'s. AWS Backup does not know Lightsail: its rules are played as it would carry them out. '
      + 'Neither a denied role nor a schedule that is off touches Lightsail\'s own automatic snapshots: they lack none of those nights, and go with '
      + 'their instance. Dollars are Step Functions and Lambda at list prices, without the storage of snapshots, which dominates.',
    ],
  };
}
