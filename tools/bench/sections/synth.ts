import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeApp } from '../bundles';
import { LIBRARY } from '../library';
import { Summary, interleaved, timed } from '../processes';
import { Options, Section, short } from '../report';

const NAMES = { ours: 'this library', polling: 'one function', framework: 'Provider framework', single: 'AwsCustomResource' };

type Name = keyof typeof NAMES;

/** How long `cdk synth` takes, without the CLI. */
export async function synth(options: Options): Promise<Section> {
  const counts = options.short ? [1, 100] : [1, 10, 100, 400];
  const runs = options.short ? 1 : 7;
  const app = await makeApp(LIBRARY);
  const scratch = mkdtempSync(join(tmpdir(), 'bench-'));
  const names = Object.keys(NAMES) as Name[];
  const measured = counts.map(count => interleaved(runs, Object.fromEntries(names.map(name =>
    [name, () => timed([app, name, String(count), join(scratch, name)])])) as never) as Record<Name, Summary>);
  rmSync(scratch, { recursive: true, force: true });

  const each = (name: Name, from: number, to: number) =>
    (measured[to][name].milliseconds - measured[from][name].milliseconds) / (counts[to] - counts[from]);
  const last = counts.length - 1;
  return {
    title: 'Synthesis',
    meaning: 'What a snapshot adds to every `cdk synth`, `diff` and `deploy`. Nothing is bundled, downloaded or looked up on the user\'s machine.',
    tables: [{
      head: ['', ...counts.map(count => `N = ${count}`), 'of one function'],
      rows: names.map(name => [
        NAMES[name], ...measured.map(all => all[name].text), short(measured[last][name].milliseconds / measured[last].polling.milliseconds),
      ]),
    }],
    figures: [
      ...counts.map((count, index) => ({
        what: `N = ${count}: time, of an app with one function`,
        ours: measured[index].ours.milliseconds / measured[index].polling.milliseconds,
        target: 1.15,
        unit: '',
        exact: false,
      })),
      ...options.short ? [] : [{
        what: 'each resource from 100 to 400, of one from 10 to 100', ours: each('ours', 2, 3) / each('ours', 1, 2), target: 1.25, unit: '', exact: false,
      }],
    ],
    notes: ['A process for each app, Node.js and aws-cdk-lib included, in turns; median, and the least and the most. CloudFormation\'s validation is off for all.'],
  };
}
