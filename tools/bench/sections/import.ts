import { execFileSync } from 'node:child_process';
import { LIBRARY } from '../library';
import { interleaved, loading } from '../processes';
import { Options, Section } from '../report';

/** What a user's app loads without this library. */
const USUAL = ['aws-cdk-lib', 'constructs'].map(name => require.resolve(name));

/** What `import 'cdk-lightsail-snapshots'` adds to an app. */
export async function importing(options: Options): Promise<Section> {
  const used = cdkModules();
  const { cdk, own, all } = interleaved(options.short ? 3 : 15, {
    cdk: () => loading(used, USUAL),
    own: () => loading([LIBRARY], used),
    all: () => loading([LIBRARY], USUAL),
  });
  return {
    title: 'Importing the library',
    meaning: 'What an app pays for the import alone, apart from the modules of aws-cdk-lib that come with it.',
    tables: [{
      head: ['', 'time', 'peak RSS'],
      rows: [
        ['the parts of aws-cdk-lib that the library uses', cdk.text, `${cdk.mebibytes.toFixed(0)} MiB`],
        ['the library, after those', own.text, `${own.mebibytes.toFixed(0)} MiB`],
        ['the library with those', all.text, `${all.mebibytes.toFixed(0)} MiB`],
      ],
    }],
    figures: [
      { what: 'import beyond aws-cdk-lib', ours: own.milliseconds, target: 30, unit: ' ms', exact: false },
      { what: 'RSS beyond aws-cdk-lib', ours: Math.max(0, own.mebibytes - cdk.mebibytes), target: 10, unit: ' MiB', exact: false },
    ],
  };
}

/** The modules of aws-cdk-lib that are there once the library is loaded, in the order of loading. */
function cdkModules(): string[] {
  const script = `require(${JSON.stringify(LIBRARY)}); console.log(JSON.stringify(Object.keys(require.cache)))`;
  const all = JSON.parse(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' })) as string[];
  return all.filter(path => /[\\/]node_modules[\\/](aws-cdk-lib|constructs)[\\/]/.test(path) && path.endsWith('.js'));
}
