import { Resources, TestEnvironment } from '../../../testbed/driver';
import { Lightsail, startTestEnvironment } from '../../support/test-environment';

/*
 * What lies between the function and others: connections, Lambda, and the address that CloudFormation's answers go to.
 */

let environment: TestEnvironment<Lightsail>;

beforeAll(async () => { environment = await startTestEnvironment({ direct: true }); });
afterAll(() => environment.close());
beforeEach(async () => {
  await environment.reset();
  environment.sim.simulator.region('us-east-1').addInstance({ name: 'web' });
});

const template: Resources = {
  It: { Type: 'Custom::LightsailInstanceSnapshot', Properties: { ServiceTimeout: 3600, InstanceName: 'web' }, DeletionPolicy: 'Delete' } as Resources[string],
};
const CREATED = { status: 'CREATE_COMPLETE', reasons: [] };

async function looks(fault?: { mishap: 'reset' | { status: number; error: string } }): Promise<number> {
  await environment.reset();
  const { simulator } = environment.sim;
  simulator.region('us-east-1').addInstance({ name: 'web' });
  simulator.durations.instanceSnapshot = 1200_000;
  if (fault) environment.fault({ operation: 'GetInstanceSnapshot', times: 1, ...fault });
  expect(await environment.stack('Site').deploy(template)).toMatchObject(CREATED);
  return environment.calls.filter(({ operation }) => operation === 'GetInstanceSnapshot').length;
}

test('a broken connection does not make later looks rarer, as throttling does', async () => {
  const usual = await looks();
  const throttled = await looks({ mishap: { status: 400, error: 'ThrottlingException' } });
  const broken = await looks({ mishap: 'reset' });
  expect(throttled).toBeLessThan(usual * 0.85);
  expect(broken).toBeGreaterThan(usual * 0.95);
});

test.each([400, 404, 408, 429, 500])('an answer that is refused with %i is left again', async status => {
  environment.fault({ service: 'put', mishap: { status }, times: 3 });
  expect(await environment.stack('Site').deploy(template)).toMatchObject(CREATED);
  const [{ answers }] = environment.responseUrls.requests;
  expect(answers).toHaveLength(1);
  expect(environment.calls.filter(({ service }) => service === 'put')).toHaveLength(4);
});

test('an answer that is refused with 403 is not: the address has expired', async () => {
  environment.fault({ service: 'put', mishap: { status: 403 } });
  const stack = environment.stack('Site');
  await stack.deploy(template);
  const [{ requestId }] = environment.responseUrls.requests;
  expect(environment.calls.filter(({ service, body }) => service === 'put' && body.includes(requestId))).toHaveLength(1);
});

test.each([1, 2, 3])('two minutes of throttled invocations are survived (%i)', async seed => {
  environment.clock.in(15_000, () => { environment.lambda.invocationErrors = Array(100).fill('Lambda.TooManyRequestsException'); }, 'Lambda is throttled');
  environment.clock.in(135_000, () => { environment.lambda.invocationErrors = []; }, 'Lambda has room again');
  expect(await environment.stack(`Site${seed}`).deploy(template)).toMatchObject(CREATED);
});
