import { renameSync, writeFileSync } from 'fs';
import { join } from 'path';

const FILE = 'DEMO_CLOCK';

/** Functions read the demo's clock. Their timers stay real, so that a call has as long as ever to be answered. */
const PRELOAD = `
const { readFileSync } = require('fs');
const Real = Date;
function now() {
  const [demo, real, speed] = readFileSync(process.env.${FILE}, 'utf8').split(' ').map(Number);
  return Math.floor(demo + (Real.now() - real) * speed);
}
globalThis.Date = class Date extends Real {
  static now() { return now(); }
  constructor(...given) { super(...(given.length > 0 ? given : [now()])); }
};
`;

/**
 * Puts the emulator's Scheduler on the demo's clock, and has it fill in the time for which a daily run was planned, where it leaves the
 * placeholder. Both are the demo's part; what the schedule says, when it is due and what it starts are the emulator's.
 */
const SCHEDULER_ON_DEMO_CLOCK = `
import os, time
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace
from ministack.services import eventbridge, scheduler

def demo_time():
    with open(os.environ['${FILE}']) as file:
        demo, real, speed = map(float, file.read().split())
    return (demo + (time.time() * 1000 - real) * speed) / 1000

scheduler.time = SimpleNamespace(time=demo_time, sleep=lambda seconds: time.sleep(0.1))

invoke_target = eventbridge._invoke_target
def invoke_with_planned_time(target, event, schedule, *others):
    cron = eventbridge._parse_cron_fields(schedule.get('ScheduleExpression', ''))
    if cron and event.get('Source') == 'aws.scheduler':
        fired = datetime.fromtimestamp(event['Time'], tz=timezone.utc)
        planned = eventbridge._cron_next_fire(cron, fired - timedelta(days=1)).strftime('%Y-%m-%dT%H:%M:%SZ')
        target = {**target, 'Input': target['Input'].replace('<aws.scheduler.scheduled-time>', planned)}
    invoke_target(target, event, schedule, *others)
eventbridge._invoke_target = invoke_with_planned_time
`;

/** A clock that runs faster than the real one and can be put forward. It stands in a file, for processes that others start. */
export class DemoClock {
  /** What the emulator executes before it begins, as Python. */
  readonly launcher = SCHEDULER_ON_DEMO_CLOCK;

  private real = Date.now();
  private file?: string;

  /** @param demo milliseconds since 1970 at which it begins */
  constructor(private demo: number, readonly speed: number) {}

  /** Puts it into a folder. Returns the variables of processes that are to go by it. */
  writeTo(folder: string): Record<string, string> {
    this.file = join(folder, 'demo-clock');
    this.write();
    const preload = join(folder, 'demo-clock.cjs');
    writeFileSync(preload, PRELOAD);
    return { [FILE]: this.file, NODE_OPTIONS: `--require "${preload}"` };
  }

  readonly now = () => Math.floor(this.demo + (Date.now() - this.real) * this.speed);

  /** Whoever looks before and after sees no time in between. */
  putForward(time: number): void {
    if (time < this.now()) throw new Error(`the demo's clock is at ${new Date(this.now()).toISOString()} and is not put back to ${new Date(time).toISOString()}`);
    this.demo = time;
    this.real = Date.now();
    this.write();
  }

  /** In one go, since it is read at any moment. */
  private write(): void {
    if (!this.file) return;
    const next = `${this.file}.next`;
    writeFileSync(next, `${this.demo} ${this.real} ${this.speed}`);
    renameSync(next, this.file);
  }
}
