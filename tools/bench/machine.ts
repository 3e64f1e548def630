import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';

const PACKAGES = ['aws-cdk-lib', 'aws-cdk', 'constructs', '@aws-sdk/client-lightsail', 'esbuild'];

/** What the figures were taken on, and with what. */
export function machine(): string[] {
  const all = cpus();
  const versions = PACKAGES.map(name => {
    const { version } = JSON.parse(readFileSync(join(__dirname, '../../node_modules', name, 'package.json'), 'utf8')) as { version: string };
    return `${name} ${version}`;
  });
  return [
    `${all.length} cores (${all[0].model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB of memory, ${process.platform} ${process.arch}, Node.js ${process.versions.node}`,
    versions.join(', '),
  ];
}
