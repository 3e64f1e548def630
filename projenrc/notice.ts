import { promises as fs } from 'fs';
import { join } from 'path';
import type { Metafile } from 'esbuild';

interface Package {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

/** Whose text a licence file would have to carry; that of the one here is in LICENSE already. */
const LICENSE = 'Apache-2.0';

/** Writes down whose code the function carries. Fails where a package comes under terms that have to be looked at first. */
export async function writeNotice(file: string, { outputs }: Metafile): Promise<void> {
  const inputs = Object.values(outputs).flatMap(output => Object.entries(output.inputs));
  const folders = new Set(inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).flatMap(([path]) => folderOf(path)));
  const packages = await Promise.all([...folders].map(async folder => JSON.parse(await fs.readFile(join(folder, 'package.json'), 'utf8')) as Package));
  const other = packages.filter(({ license }) => license !== LICENSE);
  if (other.length > 0) throw new Error(`not ${LICENSE}: ${other.map(({ name, license }) => `${name} (${license})`).join(', ')}. add its text to NOTICE first`);
  const lines = packages.map(({ name, version, license }) => `- ${name} ${version}, ${license}`).sort();
  await fs.writeFile(file, [
    'cdk-lightsail-snapshots',
    '',
    'The functions that the constructs deploy (assets/*/index.js) carry parts of these packages, minified,',
    'Copyright Amazon.com, Inc. or its affiliates, under the terms in LICENSE:',
    '',
    ...lines,
    '',
  ].join('\n'));
}

function folderOf(path: string): string[] {
  const [, folder] = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path) ?? [];
  return folder ? [folder] : [];
}
