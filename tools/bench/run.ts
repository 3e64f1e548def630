/**
 * Measures this library beside what users would pick instead, and compares the figures with the project's targets.
 *
 *   npm run bench                 everything, in less than 15 minutes; needs Python for the emulator
 *   npm run bench -- --short      few runs and no emulator, for CI
 *   npm run bench -- --write      also writes docs/benchmarks.md and the charts
 *   npm run bench -- waiting …    some sections only
 */
import { makeBundles } from './bundles';
import { compileLibrary } from './library';
import { machine } from './machine';
import { write } from './page';
import { Measure, Section, asText, figuresTable, isFailure, isMet } from './report';
import { backup } from './sections/backup';
import { cost } from './sections/cost';
import { crowd } from './sections/crowd';
import { deploy } from './sections/deploy';
import { handler } from './sections/handler';
import { importing } from './sections/import';
import { nights } from './sections/nights';
import { synth } from './sections/synth';
import { template } from './sections/template';
import { waiting } from './sections/waiting';
import '../support/temp-folder';

const SECTIONS: Record<string, Measure> = { template, waiting, cost, crowd, handler, import: importing, synth, backup, nights, deploy };

async function main(args: readonly string[]) {
  const started = Date.now();
  const options = { short: args.includes('--short') };
  const chosen = args.filter(arg => !arg.startsWith('--'));
  const unknown = [...chosen.filter(name => !(name in SECTIONS)), ...args.filter(arg => arg.startsWith('--') && !['--short', '--write'].includes(arg))];
  if (unknown.length > 0) throw new Error(`there is no ${unknown.join(', ')}: the sections are ${Object.keys(SECTIONS).join(', ')}, the options --short and --write`);

  for (const line of machine()) console.log(line);
  compileLibrary();
  await makeBundles();
  const names = chosen.length > 0 ? chosen : Object.keys(SECTIONS).filter(name => !options.short || name !== 'deploy');
  const sections: Section[] = [];
  for (const name of names) {
    const since = Date.now();
    const section = await SECTIONS[name](options);
    sections.push(section);
    console.log(`\n${section.title} (${((Date.now() - since) / 1000).toFixed(0)} s)`);
    for (const table of [...section.tables, figuresTable(section.figures)]) console.log(`${asText(table)}\n`);
  }

  const figures = sections.flatMap(section => section.figures);
  const failures = figures.filter(isFailure);
  console.log(`bench: ${figures.filter(isMet).length} of ${figures.length} targets met in ${((Date.now() - started) / 1000).toFixed(0)} s`);
  for (const { what } of failures) console.log(`failed: ${what}`);
  if (args.includes('--write')) write(sections);
  if (failures.length > 0) process.exitCode = 1;
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(`\nbench failed: ${error.stack}`);
  process.exitCode = 1;
});
