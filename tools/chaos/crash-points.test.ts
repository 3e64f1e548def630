/** Pairs leave out crashes that are the same as another. Here all are tried: nothing differs between those that are said to be the same. */
import { run } from './case';
import { crashPoints } from './crash-points';
import { ChaosEnvironment } from './environment';
import type { Fault } from './faults';

let chaos: ChaosEnvironment;
beforeAll(async () => { chaos = await ChaosEnvironment.start(); });
afterAll(() => chaos.environment.close());

/** What came of a case, but for times and ids: all that was changed in Lightsail, and all that was said to CloudFormation. */
async function outcomeOf(scenario: string, faults: readonly Fault[]) {
  const violations = await run(chaos, { scenario, seed: 1, faults });
  return {
    violations,
    changes: chaos.sim.calls.filter(({ operation }) => !/^(Get|Describe)/.test(operation)).map(({ operation, input, error }) => ({ operation, names: namesIn(input), error })),
    answers: chaos.environment.responseUrls.requests.map(({ requestType, outcome, answers }) => ({
      requestType, outcome, answers: answers.map(({ content }) => ({ ...content, RequestId: '', Data: { ...content?.Data as object, CreatedAt: '' } })),
    })),
    endings: chaos.endings.map(({ status }) => status),
  };
}

function namesIn(input: unknown): unknown[] {
  return Object.entries(input as object).filter(([key]) => /name/i.test(key)).map(([, name]) => name as unknown);
}

test.each(['InstanceSnapshot/create, delete', 'SnapshotExport/create, delete', 'InstancesFromSnapshot/create, delete'])('%s', async scenario => {
  await outcomeOf(scenario, []);
  const calls = [...chaos.environment.calls];
  const points = crashPoints(calls);
  expect(points.length).toBeLessThan(calls.length);
  let left = 0;
  for (const { ordinal, invocation } of calls) {
    for (const name of ['crash before a call', 'crash after a call'] as const) {
      if (points.some(point => point.name === name && point.nth === ordinal)) continue;
      left++;
      const before = points.filter(point => calls[point.nth - 1].invocation === invocation);
      const same = before.filter(point => point.nth < ordinal || (point.nth === ordinal && point.name === 'crash before a call')).at(-1)!;
      const given = { name, nth: ordinal, times: 1, seconds: 0 };
      expect({ given, ...await outcomeOf(scenario, [given]) }).toEqual({ given, ...await outcomeOf(scenario, [same]) });
    }
  }
  expect(points.length + left).toBe(2 * calls.length);
});
