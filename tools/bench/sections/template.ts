import { App, Stack } from 'aws-cdk-lib';
import { resourcesChart } from '../charts/resources';
import { APPS, AppName, WITHOUT_LIMIT } from '../peers/apps';
import { Section, Table } from '../report';

const COUNTS = [1, 10, 100, 400];

interface Size {
  readonly resources: number;
  readonly bytes: number;
}

/** What a stack with snapshots consists of. */
export async function template(): Promise<Section> {
  const names = Object.keys(APPS) as AppName[];
  const sizes = Object.fromEntries(names.map(name => [name, COUNTS.map(count => sizeOf(name, count))])) as Record<AppName, Size[]>;
  const table = (caption: string, field: keyof Size): Table => ({
    caption,
    head: ['', ...COUNTS.map(count => `N = ${count}`), 'N = 400, of Provider'],
    rows: names.map(name => [
      APPS[name].title, ...sizes[name].map(size => String(size[field])), (sizes[name][3][field] / sizes.framework[3][field]).toFixed(2),
    ]),
  });
  const { ours, framework } = sizes;
  const perResource = (all: readonly Size[]) => (all[3].bytes - all[2].bytes) / (COUNTS[3] - COUNTS[2]);
  return {
    title: 'Templates',
    meaning: 'A stack may have 500 resources and a template of 1 MB. What the engine adds is added once, whatever the number of snapshots; each function '
      + 'and role of the others is one more to patch, to explain to an auditor and to wait for.',
    tables: [table('Resources in a stack with N snapshots', 'resources'), table('Bytes of its template, as the CLI uploads it', 'bytes')],
    figures: [
      { what: 'resources beyond N, any N', ours: Math.max(...COUNTS.map((count, index) => ours[index].resources - count)), target: 9, unit: '', exact: true },
      { what: 'template at N = 1, of Provider', ours: ours[0].bytes / framework[0].bytes, target: 0.5, unit: '', exact: true, accepted: { upTo: 0.65, why: 'the ledger\'s table is in it, and the answers to what cdk-nag and checkov find, which users of the others have to write themselves' } },
      {
        what: 'bytes for each further snapshot, of Provider',
        ours: perResource(ours) / perResource(framework),
        target: 1,
        unit: '',
        exact: true,
        accepted: { upTo: 1.45, why: 'it names the policy that it needs until it is gone, the attributes to return, and that it is kept; without these three it would be 1.10' },
      },
    ],
    charts: [resourcesChart(names.map(name => ({ name: APPS[name].title, values: [sizes[name][0].resources, sizes[name][2].resources] })))],
    notes: [
      'Every snapshot\'s ARN is an output. AwsCustomResource starts the snapshot and cannot wait for it, and at N = 400 its stack is too large to be '
      + 'deployed; the native type has no export and no restore.',
    ],
  };
}

function sizeOf(name: AppName, count: number): Size {
  const app = new App({ analyticsReporting: false, context: WITHOUT_LIMIT });
  const stack = new Stack(app, 'Site');
  for (let index = 0; index < count; index++) APPS[name].snapshot(stack, `Snapshot${index}`, `web-${index}`);
  const made = app.synth().getStackByName('Site').template as { Resources: object };
  return { resources: Object.keys(made.Resources).length, bytes: JSON.stringify(made, undefined, 1).length };
}
