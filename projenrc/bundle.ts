import { promises as fs } from 'fs';
import { build, Plugin } from 'esbuild';
import { writeNotice } from './notice';

/**
 * Lets unused parts of the SDK fall away.
 *
 * A client describes every shape of its service in one file. esbuild keeps a description that has a computed key, since computing one
 * could have an effect, and with it all that it mentions: most of the service. The keys are constants of the same file.
 */
const plainKeys: Plugin = {
  name: 'plain-keys',
  setup({ onLoad }) {
    onLoad({ filter: /@aws-sdk[\\/]client-[^\\/]+[\\/]dist-es[\\/]schemas[\\/]schemas_\d+\.js$/ }, async ({ path }) => {
      const source = await fs.readFile(path, 'utf8');
      const constants = new Map([...source.matchAll(/^const (\w+) = ("[^"\\]*");$/gm)].map(([, name, value]) => [name, value]));
      // the ledger tells errors by their names, so that their classes are not needed: a client makes one of its own
      const unused = path.includes('client-dynamodb') ? source.replace(/^n0_registry\.registerError\(.*\);$/gm, '') : source;
      return { contents: unused.replace(/\[(\w+)\]:/g, (computed, name) => (constants.has(name) ? `${constants.get(name)}:` : computed)) };
    });
  },
};

/** Leaves out what none of our calls reaches: event streams, and all of a client's package.json but its version. */
const unreached: Plugin = {
  name: 'unreached',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^@smithy\/core\/event-streams$/ }, ({ path }) => ({ path, namespace: 'empty' }));
    onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: '' }));
    onLoad({ filter: /@aws-sdk[\\/]client-[^\\/]+[\\/]package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await fs.readFile(path, 'utf8')) as { version: string };
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

void build({
  // each plane has a function of its own: what one needs is no weight for the other
  entryPoints: { 'deployment/index': 'src/functions/deployment/index.lambda.ts', 'backup/index': 'src/functions/backup/index.lambda.ts' },
  outdir: 'assets',
  bundle: true,
  minify: true,
  platform: 'node',
  // no function runs on it, but demo and emulators take whatever Node.js is there; for later ones the bundle is the same byte by byte
  target: 'node20',
  format: 'cjs',
  mainFields: ['module', 'main'],
  logLevel: 'warning',
  metafile: true,
  // what looks for credentials anywhere but in the environment would be the largest part of all
  alias: {
    '@aws-sdk/credential-provider-node': './src/functions/aws/credentials.ts',
    '@aws-sdk/middleware-endpoint-discovery': './projenrc/endpoint-discovery.ts',
  },
  plugins: [plainKeys, unreached],
}).then(({ metafile }) => writeNotice('NOTICE', metafile));
