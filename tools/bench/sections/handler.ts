import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { BUNDLES } from '../peers/stacks';
import { Summary, interleaved, loading } from '../processes';
import { Options, Section } from '../report';
import { RUNTIME } from '../virtual/framework';

const OURS = join(__dirname, '../../../assets/deployment');

/** Bytes that the headers of a zip file add for each file in it. */
const HEADERS = 120;

const CASES = {
  empty: { title: 'an empty module', load: [], folder: undefined },
  ours: { title: 'this library', load: [join(OURS, 'index.js')], folder: OURS },
  client: { title: "require('@aws-sdk/client-lightsail')", load: [require.resolve('@aws-sdk/client-lightsail')], folder: undefined },
  user: { title: "Provider: the user's handler", load: [join(BUNDLES, 'framework', 'index.js')], folder: join(BUNDLES, 'framework') },
  framework: { title: "Provider: the framework's handler", load: [join(RUNTIME, 'framework.js')], folder: RUNTIME },
} as const;

/** The function that is uploaded and started. */
export async function handler(options: Options): Promise<Section> {
  const cases = Object.fromEntries(Object.entries(CASES).map(([name, { load }]) => [name, () => loading(load)]));
  const measured = interleaved(options.short ? 3 : 21, cases) as Record<keyof typeof CASES, Summary>;
  const { ours, client, user, framework, empty } = measured;
  const beyond = ({ mebibytes }: Summary) => mebibytes - empty.mebibytes;
  return {
    title: 'The handler',
    meaning: 'What a cold start has to load. The peers\' handlers are small because the SDK is in the runtime, from where it is loaded all the same; '
      + 'with the Provider framework two functions start cold, one after the other.',
    tables: [{
      head: ['', 'zip', 'module load', 'peak RSS'],
      rows: (Object.keys(CASES) as (keyof typeof CASES)[]).map(name => {
        const { title, folder } = CASES[name];
        return [title, folder ? `${(zipBytes(folder) / 1000).toFixed(1)} kB` : '', measured[name].text, `${measured[name].mebibytes.toFixed(0)} MiB`];
      }),
    }],
    figures: [
      { what: 'zip', ours: zipBytes(OURS) / 1000, target: 100, unit: ' kB', exact: true },
      { what: 'module load, of the Lightsail client alone', ours: ours.milliseconds / client.milliseconds, target: 0.5, unit: '', exact: false },
      { what: 'module load, of both of Provider\'s', ours: ours.milliseconds / (user.milliseconds + framework.milliseconds), target: 1, unit: '', exact: false },
      { what: 'RSS beyond an empty process, of both of Provider\'s', ours: beyond(ours) / (beyond(user) + beyond(framework)), target: 1, unit: '', exact: false },
    ],
    notes: ['A fresh process for each load, in turns; median, and the least and the most. RSS is the whole process\'s, Node.js included.'],
  };
}

function zipBytes(folder: string): number {
  const files = readdirSync(folder).filter(file => file.endsWith('.js'));
  return files.reduce((sum, file) => sum + deflateRawSync(readFileSync(join(folder, file)), { level: 9 }).length + HEADERS + 2 * file.length, 22);
}
