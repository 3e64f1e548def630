import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BackupEnvironment } from '../../../src/functions/backup/environment';
import { OUTCOMES, PruneResult, SelectResult, Tally } from '../../../src/functions/backup/payloads';
import { report } from '../../../src/functions/backup/report';
import { EMPTY_TALLY } from '../../../src/functions/backup/tally';
import { plan } from '../../support/backup';

const DOCS = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'backup.md'), 'utf8');
const SOURCES = ['report', 'prune/index', 'prune/delete', 'prune/adopt', 'prune/sweep'].map(name =>
  readFileSync(join(__dirname, '..', '..', '..', 'src', 'functions', 'backup', `${name}.ts`), 'utf8')).join('\n');

const env = { clock: { now: () => 0 }, log: () => undefined } as unknown as BackupEnvironment;
const page = (tally: Partial<Tally>): SelectResult => ({ batches: [], more: false, after: '', tally: { ...EMPTY_TALLY, selected: 10, ...tally } });
const round = (about: Partial<PruneResult>): PruneResult =>
  ({ done: true, wait: 1, rounds: 1, region: 1, rest: '', pruned: 0, adopted: 0, throttled: 0, notes: [], problems: [], ...about });
const reported = (about: object) => report(env, { plan: plan(), slot: '2026-01-01T0300', keepFor: 0, ...about });

test.each(Object.entries(OUTCOMES))('%s is told in words, and fails the run unless all is well', (name, outcome) => {
  const result = reported({ page: page({ outcomes: { [outcome]: 3 }, names: { [outcome]: ['Instance/web'] } }) });
  const isFine = ['good', 'gone'].includes(name);
  expect([result.failed, result.error]).toEqual(isFine ? [false, ''] : [true, 'PartialFailure']);
  if (outcome !== OUTCOMES.good) expect(result.report).toMatch(/\n3: .*: Instance\/web and 2 more/);
});

test('a problem of pruning fails the run, a note does not', () => {
  expect(reported({ page: page({}), round: round({ notes: ['a note'] }) })).toMatchObject({ failed: false });
  expect(reported({ page: page({}), round: round({ problems: ['a problem'] }) })).toMatchObject({ failed: true, error: 'PartialFailure' });
});

test('a state that failed is told', () => {
  const { failed, error, report: text } = reported({ error: { Error: 'States.Timeout', Cause: 'too long' } });
  expect([failed, error]).toEqual([true, 'Failed']);
  expect(text).toContain('The run stopped: States.Timeout too long');
});

test('a report fits into the cause of a failure, however much there is to say', () => {
  const names = Object.fromEntries(Object.values(OUTCOMES).map(outcome => [outcome, Array.from({ length: 100 }, (_, i) => `Instance/${'n'.repeat(240)}${i}`)]));
  const outcomes = Object.fromEntries(Object.values(OUTCOMES).map(outcome => [outcome, 1000]));
  expect(reported({ page: page({ names, outcomes }), round: round({ notes: Array(40).fill('x'.repeat(500)) }) }).report.length).toBeLessThanOrEqual(30_000);
});

test('docs/backup.md says what each sentence of a report means', () => {
  const titles = [...DOCS.slice(DOCS.indexOf('## What a report says'), DOCS.indexOf('## What is selected')).matchAll(/^\| (`.*?) \|/gm)]
    .flatMap(([, cell]) => [...cell.matchAll(/`([^`]+)`/g)].map(([, title]) => title));
  expect(titles.length).toBeGreaterThan(25);
  const parts = titles.flatMap(title => title.split('…')).map(part => part.trim()).filter(Boolean);
  const text = SOURCES.replace(/\\'/g, "'");
  expect(parts.filter(part => !text.includes(part))).toEqual([]);
  const words = [...text.matchAll(/^ {2}\[OUTCOMES\.\w+\]: '(.*)',$/gm)].map(([, sentence]) => sentence);
  expect(words).toHaveLength(Object.keys(OUTCOMES).length);
  expect(words.filter(sentence => sentence !== 'are backed up' && !parts.some(part => sentence.includes(part)))).toEqual([]);
  const said = [...text.matchAll(/round\.(?:note|problem)\(`(.*?)`\)/g)].map(([, sentence]) => sentence);
  expect(said.length).toBeGreaterThan(8);
  expect(said.filter(sentence => !parts.some(part => sentence.includes(part)))).toEqual([]);
});
