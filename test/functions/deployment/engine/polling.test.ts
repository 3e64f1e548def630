import { Waited, nextWait, retryWait } from '../../../../src/functions/deployment/engine/polling';

const making = (seconds: number, more: Partial<Waited> = {}): Waited => ({ phase: 'reconcile', seconds, slowed: false, ...more });
const middle = (waited: Waited) => nextWait(waited, 0.5);

/** Seconds at which something is looked at. */
function looks(until: number, more: Partial<Waited> = {}): number[] {
  const all: number[] = [];
  for (let at = 0; at < until;) all.push(at += middle(making(at, more)));
  return all;
}

test('what is made is first looked at after 20 s, what is removed sooner', () => {
  expect(middle(making(0))).toBe(20);
  expect(middle({ ...making(0), phase: 'remove' })).toBe(6);
});

test('looks grow rarer with the time that has passed, and never rarer than every 5 minutes', () => {
  const gaps = [20, 60, 120, 300, 2700, 40_000].map(seconds => middle(making(seconds)));
  expect(gaps).toEqual([6, 7, 11, 21, 97, 300]);
});

test.each([0, 0.25, 0.5, 0.75, 1])('a wait is whole seconds, at least one, and chance (%d) moves it by a tenth at most', random => {
  for (const seconds of [0, 7, 20, 119, 2700]) {
    const wait = nextWait(making(seconds), random);
    expect(Number.isInteger(wait) && wait >= 1).toBe(true);
    expect(Math.abs(wait / middle(making(seconds)) - 1)).toBeLessThan(0.2);
  }
});

test('what took so long before is hardly looked at until then, and closely around then', () => {
  const all = looks(330, { before: 300 });
  expect(all.filter(at => at < 255).length).toBeLessThan(looks(255).length * 0.6);
  expect(all.filter(at => at >= 255).every((at, index, near) => index === 0 || at - near[index - 1] <= 9)).toBe(true);
});

test('what is expected soon is looked at when it is expected, and what is late as if nothing were known', () => {
  expect(looks(10, { before: 10 })[0]).toBe(9);
  expect(middle(making(400, { before: 300 }))).toBe(middle(making(400)));
});

test('after trouble looks are rarer, and what failed is tried again soon, then later', () => {
  expect(middle(making(120, { slowed: true }))).toBe(16);
  expect([1, 2, 3, 4, 9].map(inARow => retryWait(inARow, 0.5))).toEqual([3, 6, 12, 15, 15]);
});
