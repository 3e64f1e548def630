import { throttle } from './bucket';
import { Contender } from './contender';
import { Lightsail, startTestEnvironment } from '../../../test/support/test-environment';
import { TestEnvironment } from '../../../testbed/driver';
import { median } from '../statistics';

/** Milliseconds that any call takes, to Lightsail or to another service. */
const LATENCY = 100;

/** Milliseconds that an invocation takes besides its calls. */
const OVERHEAD = 20;

/** Neighbouring seeds begin with neighbouring numbers; this far apart they do not. */
const SEED = 179_424_673;

/** What waiting for one snapshot cost. */
export interface Wait {
  /** Seconds that the snapshot took. */
  readonly length: number;
  /** Seconds between the end of the snapshot and CloudFormation's knowing. */
  readonly overshoot: number;
  /** Calls to Lightsail. */
  readonly calls: number;
  readonly transitions: number;
  readonly invocations: number;
  readonly gbSeconds: number;
}

/** What waiting for many snapshots at once came to. */
export interface Crowd {
  readonly succeeded: number;
  readonly status: string;
  /** Seconds until the stack was done. */
  readonly makespan: number;
  /** Calls to Lightsail, those that were refused included. */
  readonly calls: number;
  readonly refused: number;
  /** Seconds that the slowest and the median resource took. */
  readonly slowest: number;
  readonly median: number;
}

/** A contender in its environment of virtual time. */
export class Trial {
  static async start(contender: Contender): Promise<Trial> {
    const { engine, definition, functionTimeout } = contender;
    return new Trial(contender, await startTestEnvironment({ engine, definition, functionTimeout, latency: { after: LATENCY }, direct: true }));
  }

  private constructor(readonly contender: Contender, readonly environment: TestEnvironment<Lightsail>) {}

  close(): Promise<void> {
    return this.environment.close();
  }

  /**
   * A snapshot that takes that many seconds; with `before`, of an instance that one was taken of before, in that many seconds.
   * @param elsewhere whether that was by another stack, so that Lightsail alone knows of it
   */
  async wait(length: number, seed: number, before?: number, elsewhere = false): Promise<Wait> {
    const { environment, contender } = this;
    await environment.reset(seed * SEED);
    const { simulator } = environment.sim;
    simulator.region('us-east-1').addInstance({ name: 'web' });
    const stack = environment.stack('Site');
    if (before !== undefined) {
      simulator.durations.instanceSnapshot = before * 1000;
      await (elsewhere ? environment.stack('Elsewhere') : stack).deploy(contender.resources(['web'], '1'));
      await environment.settle();
    }
    const past = { calls: simulator.calls.length, executions: environment.executions.all.length, invocations: environment.lambda.invocations.length };
    simulator.durations.instanceSnapshot = length * 1000;
    const { status, reasons, requests } = await stack.deploy(contender.resources(['web'], '2'));
    if (!status.endsWith('_COMPLETE') || status.includes('ROLLBACK')) throw new Error(`${contender.name}, ${length} s: ${status}: ${reasons.join('; ')}`);

    await environment.settle();
    const calls = simulator.calls.slice(past.calls);
    const ready = calls.find(({ operation }) => operation === 'CreateInstanceSnapshot')!.at + length * 1000;
    const invocations = environment.lambda.invocations.slice(past.invocations);
    const seconds = invocations.reduce((sum, { startedAt, endedAt }) => sum + (endedAt! - startedAt + OVERHEAD) / 1000, 0);
    return {
      length,
      overshoot: (requests[0].closedAt! - ready) / 1000,
      calls: calls.filter(({ service }) => service === 'lightsail').length,
      transitions: environment.executions.all.slice(past.executions).reduce((sum, { transitions }) => sum + transitions, 0),
      invocations: invocations.length * contender.functions,
      gbSeconds: seconds * contender.functions * contender.memoryGb,
    };
  }

  /** Many snapshots in one stack, of as many instances, while the service throttles; with `again`, all are taken a second time and that is measured. */
  async crowd(count: number, length: number, perSecond: number, seed: number, again = false): Promise<Crowd> {
    const { environment, contender } = this;
    await environment.reset(seed * SEED);
    const { simulator } = environment.sim;
    const instances = Array.from({ length: count }, (_, index) => `web-${index}`);
    for (const name of instances) simulator.region('us-east-1').addInstance({ name });
    simulator.durations.instanceSnapshot = length * 1000;
    const stack = environment.stack('Site');
    if (again) {
      await stack.deploy(contender.resources(instances, '1'));
      await environment.settle();
      simulator.calls.length = 0;
    }
    const counted = throttle(environment, perSecond);
    const { status, took, requests } = await stack.deploy(contender.resources(instances, '2'));
    const waits = requests.map(({ sentAt, closedAt }) => (closedAt! - sentAt) / 1000);
    return {
      succeeded: requests.filter(({ outcome }) => outcome === 'SUCCESS').length,
      status,
      makespan: took / 1000,
      calls: counted.passed + counted.refused,
      refused: counted.refused,
      slowest: Math.max(...waits),
      median: median(waits),
    };
  }
}
