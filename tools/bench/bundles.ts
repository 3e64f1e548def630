import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { BUNDLES } from './peers/stacks';

const PEERS = join(__dirname, 'peers');

/** Makes what the peers' stacks and the measured processes need. */
export async function makeBundles(): Promise<void> {
  const common = { bundle: true, minify: true, platform: 'node', target: 'node20', logLevel: 'warning' } as const;
  for (const name of ['framework', 'polling']) {
    // as NodejsFunction does it: the runtime has the SDK
    await build({ ...common, entryPoints: [join(PEERS, `${name}.lambda.ts`)], outfile: join(BUNDLES, name, 'index.js'), external: ['@aws-sdk/*'] });
  }
}

/** An app as compiled JavaScript beside the library's own, so that no compiler runs while it is timed. */
export async function makeApp(library: string): Promise<string> {
  const outfile = join(BUNDLES, 'apps', 'synth.js');
  mkdirSync(join(BUNDLES, 'apps'), { recursive: true });
  await build({
    entryPoints: [join(PEERS, 'synth.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
    define: { __dirname: JSON.stringify(PEERS) },
    plugins: [{
      name: 'external',
      setup({ onResolve }) {
        onResolve({ filter: /^(\.\.\/)+src$/ }, () => ({ path: library, external: true }));
        onResolve({ filter: /^(aws-cdk-lib|constructs)(\/|$)/ }, ({ path }) => ({ path, external: true }));
      },
    }],
  });
  return outfile;
}

