import { Pace } from '../../../src/functions/backup/pace';

/** A clock that jumps when somebody sleeps. */
class JumpingClock {
  time = Date.UTC(2026, 0, 1);
  now() { return this.time; }
  async sleep(milliseconds: number) { this.time += Math.ceil(milliseconds); }
}

/** Most of the times within any so many milliseconds. */
function most(times: number[], span: number): number {
  return Math.max(...times.map((from, i) => times.slice(i).filter(time => time < from + span).length));
}

async function calls(pace: Pace, clock: JumpingClock, method: 'mayCall' | 'mayRead', n: number): Promise<number[]> {
  const times = [];
  for (let i = 0; i < n && await pace[method](); i++) times.push(clock.now());
  return times;
}

test.each([1, 2, 10])('a child alone calls %s times a second and reads five times as often', async callsPerSecond => {
  const clock = new JumpingClock();
  const pace = new Pace(clock, { callsPerSecond });
  const mutating = await calls(pace, clock, 'mayCall', 100);
  expect(mutating).toHaveLength(100);
  expect(most(mutating, 10_000)).toBeLessThanOrEqual(10 * callsPerSecond);
  expect(most(mutating, 10_000)).toBeGreaterThanOrEqual(9 * callsPerSecond);
  expect(most(await calls(pace, clock, 'mayRead', 600), 10_000)).toBeLessThanOrEqual(50 * callsPerSecond);
});

test.each([[{ callsPerSecond: 10 }], [{ callsPerSecond: 10, stop: { timeout: 900 } }]])('children share the rate: %j', async plan => {
  const count = 7;
  const all: number[] = [];
  const own: number[][] = [];
  for (let index = 0; index < count; index++) {
    const clock = new JumpingClock();
    const times: number[] = [];
    // each comes back as the state machine lets it, until it has made as many calls as a batch has sources
    while (times.length < 50) {
      const pace = new Pace(clock, plan, { turn: { index, count } });
      const made = await calls(pace, clock, 'mayCall', 50 - times.length);
      times.push(...made);
      if (made.length === 0) clock.time += pace.secondsUntilTurn(clock.now()) * 1000;
    }
    own.push(times);
    all.push(...times);
  }
  all.sort((a, b) => a - b);
  expect(all).toHaveLength(count * 50);
  expect(new Set(all).size).toBe(all.length);
  expect(most(all, 10_000)).toBeLessThanOrEqual(100);
  // nobody waits much longer than the calls of all take
  expect(Math.max(...own.map(times => times.at(-1)!)) - Date.UTC(2026, 0, 1)).toBeLessThanOrEqual(2 * count * 50 * 105);
});

test('a turn that is far off is left to the state machine', async () => {
  const clock = new JumpingClock();
  const paces = [0, 1, 2, 3].map(index => new Pace(clock, { callsPerSecond: 1 }, { turn: { index, count: 4 } }));
  const mine = await Promise.all(paces.map(pace => pace.mayCall()));
  expect(mine.filter(Boolean)).toHaveLength(1);
  for (const [i, pace] of paces.entries()) if (!mine[i]) expect(pace.secondsUntilTurn(clock.now())).toBeGreaterThan(1);
});

test('where instances are stopped, a read that is answered after the turn does not make a step vain', async () => {
  const clock = new JumpingClock();
  const plan = { callsPerSecond: 0.5, stop: { timeout: 900 } };
  let made = 0;
  for (let i = 0; i < 20; i++) {
    const pace = new Pace(clock, plan, { turn: { index: 1, count: 30 } });
    if (await pace.mayRead()) {
      clock.time += 2_600;
      expect(await pace.mayCall()).toBe(true);
      // for the next turn the state machine waits
      expect(await pace.mayCall()).toBe(false);
      made++;
    }
    clock.time += pace.secondsUntilTurn(clock.now()) * 1000;
  }
  // a call that takes no time is followed by a step that comes too early
  expect(made).toBeGreaterThanOrEqual(10);
});

test('who was throttled leaves out ticks, and comes back to the full rate', async () => {
  const clock = new JumpingClock();
  const pace = new Pace(clock, { callsPerSecond: 10 }, { patience: Infinity });
  pace.slowDown();
  pace.slowDown();
  const [first, second] = await calls(pace, clock, 'mayCall', 2);
  expect(second - first).toBe(420);
  await calls(pace, clock, 'mayCall', 60);
  const [third, fourth] = await calls(pace, clock, 'mayCall', 2);
  expect(fourth - third).toBeLessThanOrEqual(105);
  expect(pace.throttled).toBe(2);
});

test('a list is read as fast as its pages come, within the budget', async () => {
  const clock = new JumpingClock();
  const pace = new Pace(clock, { callsPerSecond: 2 });
  const began = clock.now();
  for (let i = 0; i < 100; i++) {
    await pace.mayRead();
    clock.time += 150;
  }
  expect(clock.now() - began).toBeLessThanOrEqual(100 * 150);
});

test('no call is made when the time of a step is up', async () => {
  const clock = new JumpingClock();
  const until = clock.now() + 1000;
  const pace = new Pace(clock, { callsPerSecond: 10 }, { until });
  const made = await calls(pace, clock, 'mayCall', 100);
  expect(made.length).toBeGreaterThan(5);
  expect(Math.max(...made)).toBeLessThanOrEqual(until);
});
