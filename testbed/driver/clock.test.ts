import { Activity } from './activity';
import { VirtualClock } from './clock';

test('time passes by leaps, and two that are due together come in the order in which they were set', async () => {
  const clock = new VirtualClock({ start: 1000 });
  const seen: string[] = [];
  const sleeper = async (name: string, ...naps: number[]) => {
    for (const nap of naps) {
      await clock.sleep(nap);
      seen.push(`${name}@${clock.now()}`);
    }
  };
  await clock.run(Promise.all([sleeper('a', 3600_000, 1), sleeper('b', 5, 3599_995), sleeper('c', 3600_000)]));
  expect(seen).toEqual(['b@1005', 'a@3601000', 'c@3601000', 'b@3601000', 'a@3601001']);
});

test('time stands still while something is busy', async () => {
  const clock = new VirtualClock({ start: 0 });
  let meanwhile = -1;
  const work = async () => {
    await clock.busy(new Promise(resolve => setTimeout(resolve, 30)));
    meanwhile = clock.now();
  };
  await clock.run(Promise.all([work(), clock.sleep(10)]));
  expect(meanwhile).toBe(0);
  expect(clock.now()).toBe(10);
});

test('an activity holds the clock unless it only sleeps', async () => {
  const clock = new VirtualClock({ start: 0 });
  const activity = new Activity(clock, 'test');
  const seen: string[] = [];
  const work = activity.work(async () => {
    await new Promise(resolve => setTimeout(resolve, 20));
    seen.push(`worked until ${clock.now()}`);
  });
  const sleep = activity.sleep(50).then(() => {
    seen.push(`slept until ${clock.now()}`);
    activity.end();
  });
  await clock.run(Promise.all([work, sleep]));
  expect(seen).toEqual(['worked until 0', 'slept until 50']);
});

test('an environment that hangs fails and says what is still busy', async () => {
  const clock = new VirtualClock({ patience: 100 });
  const leave = clock.enter('a call that never ends');
  await expect(clock.run(clock.sleep(1))).rejects.toThrow(/hangs.*a call that never ends/);
  leave();
});

test('an environment in which nothing can happen any more fails at once', async () => {
  await expect(new VirtualClock().run(new Promise(() => undefined), 'an answer')).rejects.toThrow(/stands still: an answer/);
});

test('settling ends when nothing is left, and fails for what never ends', async () => {
  const clock = new VirtualClock({ start: 0 });
  void clock.sleep(7).then(() => clock.sleep(8));
  await clock.settle();
  expect(clock.now()).toBe(15);
  const forever = async () => { for (;;) await clock.sleep(1000); };
  void forever();
  await expect(clock.settle(60_000)).rejects.toThrow(/no quiet within the limit/);
});

test('a cancelled timer does not move the time', async () => {
  const clock = new VirtualClock({ start: 0 });
  clock.in(500, () => { throw new Error('not me'); }, 'cancelled').cancel();
  await clock.settle();
  expect(clock.now()).toBe(0);
});
