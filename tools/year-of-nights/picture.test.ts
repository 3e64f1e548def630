import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nights, picture } from './picture';

test('the picture of the README is what the function decides today', () => {
  expect(readFileSync(join(__dirname, '..', '..', 'docs', 'backup', 'year.svg'), 'utf8')).toBe(picture());
});

test('it shows seven days that have a good snapshot, four weeks and twelve months', () => {
  const kept = nights().filter(night => night.kept).map(({ date }) => date);
  expect(kept).toEqual([
    '2025-12-31', '2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30', '2026-05-31', '2026-06-30', '2026-07-31', '2026-08-31', '2026-09-30', '2026-10-31',
    '2026-11-08', '2026-11-15', '2026-11-16', '2026-11-17', '2026-11-18', '2026-11-19', '2026-11-23', '2026-11-24',
  ]);
});
