import { PLAN_NAME, SLOT } from '../../../src/functions/backup/contract';
import { endOfWindows, hasTag, isOwn, slotOfName, slotTime, snapshotName, toSlot } from '../../../src/functions/backup/names';
import { matchesPattern } from '../../../src/functions/backup/pattern';
import { plan } from '../../support/backup';

const AT_THREE = Date.UTC(2026, 10, 24, 3);
const tag = (value: string) => [{ key: 'cdk-lightsail-snapshots:plan', value }];

// what these say stands on snapshots that are years old
test('a slot is the UTC minute of a run, and of one on demand the second', () => {
  expect(toSlot(AT_THREE)).toBe('2026-11-24T0300');
  expect(toSlot(AT_THREE + 12_999, 'seconds')).toBe('2026-11-24T030012');
  expect(slotTime('2026-11-24T0300')).toBe(AT_THREE);
  expect(slotTime('2026-11-24T030012')).toBe(AT_THREE + 12_000);
  for (const wrong of [undefined, '', '2026-11-24', '2026-11-24T03:00', '2026-13-24T0300']) expect(slotTime(wrong)).toBeUndefined();
  expect(toSlot(AT_THREE)).toMatch(SLOT);
});

test('a snapshot is called after source, plan, slot and a hash', () => {
  expect(snapshotName(plan(), 'Instance', 'web', '2026-11-24T0300')).toBe('web-nightly-2026-11-24T0300-8697368b6c');
  expect(slotOfName('web-nightly-2026-11-24T0300-8697368b6c')).toBe('2026-11-24T0300');
});

test('names differ by account, region, plan, type, source and slot', () => {
  const names = [
    snapshotName(plan(), 'Instance', 'web', '2026-11-24T0300'),
    snapshotName(plan({ account: '210987654321' }), 'Instance', 'web', '2026-11-24T0300'),
    snapshotName(plan({ homeRegion: 'eu-central-1' }), 'Instance', 'web', '2026-11-24T0300'),
    snapshotName(plan({ name: 'hourly' }), 'Instance', 'web', '2026-11-24T0300'),
    snapshotName(plan(), 'Disk', 'web', '2026-11-24T0300'),
    snapshotName(plan(), 'Instance', 'sql', '2026-11-24T0300'),
    snapshotName(plan(), 'Instance', 'web', '2026-11-24T030000'),
  ];
  expect(new Set(names).size).toBe(names.length);
});

test('a name is never longer than Lightsail allows, and the end of it stays', () => {
  const long = 'a'.repeat(255);
  const name = snapshotName(plan({ name: 'n'.repeat(40) }), 'Instance', long, '2026-11-24T030012');
  expect(name).toHaveLength(255);
  expect(slotOfName(name)).toBe('2026-11-24T030012');
  expect(name).not.toBe(snapshotName(plan({ name: 'n'.repeat(40) }), 'Instance', `${long.slice(1)}b`, '2026-11-24T030012'));
});

test('the name of an execution fits', () => {
  const longest = 'n'.repeat(40);
  expect(longest).toMatch(PLAN_NAME);
  expect(`${longest}.${toSlot(AT_THREE)}`.length).toBeLessThanOrEqual(80);
  for (const wrong of ['', 'n'.repeat(41), '-a', 'a-', 'a.b', 'a b', 'a_b']) expect(wrong).not.toMatch(PLAN_NAME);
});

test('nothing is created after start window and completion window', () => {
  expect(endOfWindows(plan(), '2026-11-24T0300')).toBe(AT_THREE + 7 * 3600_000);
});

test('what carries the tag of the plan, or of an earlier name of it, is its own', () => {
  expect(isOwn(plan(), tag('us-east-1/nightly'))).toBe(true);
  expect(isOwn(plan(), tag('eu-central-1/nightly'))).toBe(false);
  expect(isOwn(plan(), tag('us-east-1/nightly2'))).toBe(false);
  expect(isOwn(plan(), undefined)).toBe(false);
  expect(isOwn(plan({ previousNames: ['old'] }), tag('us-east-1/old'))).toBe(true);
});

test.each([
  ['web', 'web', true], ['web', 'web1', false], ['web*', 'web1', true], ['*', '', true], ['*-auto', 'web-auto', true], ['w*b*', 'web1', true],
  ['w.b', 'web', false], ['a*', 'ba', false], ['(*', '(x', true],
])('the pattern %s and the text %s: %s', (pattern, text, expected) => {
  expect(matchesPattern(pattern, text)).toBe(expected);
});

test('a tag is there by key, or by key and value', () => {
  const tags = [{ key: 'backup', value: 'yes' }, { key: 'critical' }];
  expect(hasTag(tags, { key: 'critical' })).toBe(true);
  expect(hasTag(tags, { key: 'backup', value: 'y*' })).toBe(true);
  expect(hasTag(tags, { key: 'backup', value: 'no' })).toBe(false);
  expect(hasTag(tags, { key: 'Backup' })).toBe(false);
});
