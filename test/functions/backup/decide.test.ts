import { decide } from '../../../src/functions/backup/prune/decide';
import type { Row } from '../../../src/functions/backup/prune/sweep';
import { DAY } from '../../support/backup';

const NOW = Date.UTC(2026, 0, 31, 4);
const LAST = (last: number) => ({ last, minimum: 1 });

const row = (days: number, about: Partial<Row> = {}): Row => ({ name: `day ${days}`, takenAt: NOW - days * DAY, state: 'good', pinned: false, ...about });
const deleted = (rows: Row[], policy: Parameters<typeof decide>[1] = LAST(1)) =>
  decide(rows, policy, 'UTC', NOW).decisions.filter(({ keep }) => !keep).map(({ row: { name } }) => name);

test('the oldest goes first, whatever the order of the list', () => {
  expect(deleted([row(1), row(3), row(0), row(2)])).toEqual(['day 3', 'day 2', 'day 1']);
});

test('pinned ones stay and do not count', () => {
  expect(deleted([row(0), row(1, { pinned: true }), row(2), row(3)], LAST(2))).toEqual(['day 3']);
  expect(deleted([row(0), row(1, { pinned: true, state: 'failed' })])).toEqual([]);
});

test('those on demand stay for their time and do not count', () => {
  const until = (days: number) => ({ keepUntil: NOW + days * DAY });
  expect(deleted([row(0), row(1, until(1)), row(2), row(3)], LAST(2))).toEqual(['day 3']);
  expect(deleted([row(0), row(1, until(-1)), row(2, { ...until(-1), pinned: true }), row(3, { ...until(-1), state: 'pending' })])).toEqual(['day 1']);
  expect(deleted([row(0), row(1, { keepUntil: NaN })])).toEqual([]);
});

test('the last good one stays, also when its time is over', () => {
  expect(deleted([row(1, { keepUntil: NOW - DAY }), row(0, { state: 'failed' }), row(2, { state: 'failed' })])).toEqual([]);
});

test('failed ones go when a good one is newer, and that is new enough', () => {
  expect(deleted([row(0), row(1, { state: 'failed' })])).toEqual(['day 1']);
  expect(deleted([row(1), row(0, { state: 'failed' })])).toEqual([]);
  expect(deleted([row(2), row(3, { state: 'failed' })], { ...LAST(1), freshSince: NOW - DAY })).toEqual([]);
});

test('without a policy everything stays', () => {
  const { decisions } = decide([row(0), row(1, { state: 'failed' }), row(2)], undefined, 'UTC', NOW);
  expect(decisions.every(({ keep }) => keep)).toBe(true);
});

test('what has to be there while others are deleted is the newest good one that is kept', () => {
  const anchorOf = (rows: Row[]) => decide(rows, LAST(1), 'UTC', NOW).anchor?.name;
  expect(anchorOf([row(1), row(0), row(2)])).toBe('day 0');
  expect(anchorOf([row(1), row(0, { state: 'pending' }), row(-3)])).toBe('day 1');
  expect(anchorOf([row(1, { keepUntil: NOW + DAY })])).toBeUndefined();
});
