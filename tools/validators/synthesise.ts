/** Writes the templates of every construct, and of a stack with all of them, into a folder: `tsx synthesise.ts <folder>`. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import { SnapshotProvider } from '../../src';
import { CONSTRUCTS } from '../../test/support/everything';

const [folder] = process.argv.slice(2);

function write(name: string, ...constructs: string[]): Stack {
  const outdir = join(folder, 'cdk.out');
  const stack = new Stack(new App({ outdir }), 'Site');
  for (const construct of constructs) CONSTRUCTS[construct](stack, construct);
  if (name === 'Everything') SnapshotProvider.getOrCreate(stack).encryptWith(new kms.Key(stack, 'Key', { enableKeyRotation: true }));
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(Template.fromStack(stack).toJSON(), undefined, 2));
  rmSync(outdir, { recursive: true });
  return stack;
}

mkdirSync(folder, { recursive: true });
for (const name of Object.keys(CONSTRUCTS)) write(name, name);
write('Everything', ...Object.keys(CONSTRUCTS));
