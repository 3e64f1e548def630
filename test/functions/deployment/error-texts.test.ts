import { Resources, TestEnvironment } from '../../../testbed/driver';
import { FaultEffect, Simulator } from '../../../testbed/simulator';
import { Lightsail, startTestEnvironment } from '../../support/test-environment';

/*
 * What Lightsail says, word by word as it was recorded or documented, and what becomes of a deployment that hears it.
 */

let environment: TestEnvironment<Lightsail>;

beforeAll(async () => { environment = await startTestEnvironment({ direct: true }); });
afterAll(() => environment.close());
beforeEach(async () => {
  await environment.reset();
  region().addInstance({ name: 'web', disks: [{ name: 'data', path: '/dev/xvdf', sizeInGb: 32 }] });
  region().addInstanceSnapshot({ name: 'golden', fromInstanceName: 'web' });
  region().addDiskSnapshot({ name: 'archive', fromDiskName: 'data' });
});

afterEach(() => {
  // no message has two full stops in a row, two spaces or a line break, whatever it is made of
  expect(environment.audit().filter(problem => problem.includes('ill-set'))).toEqual([]);
});

const MINUTE = 60_000;
const simulator = (): Simulator => environment.sim.simulator;
const region = () => simulator().region('us-east-1');
const calls = (operation: string) => environment.calls.filter(call => call.operation === operation);
const say = (operation: string, message: string, more: { times?: number; error?: string; code?: string } = {}) => {
  const { times, error = 'InvalidInputException', code } = more;
  simulator().faults.push({ operation, times, effect: { error, message, code, status: 400 } as FaultEffect });
};

const resource = (type: string, Properties: object): Resources => ({
  It: { Type: `Custom::Lightsail${type}`, Properties: { ServiceTimeout: 3600, ...Properties }, DeletionPolicy: 'Delete' } as Resources[string],
});
const servers = (more: object = {}) => resource('InstancesFromSnapshot', { InstanceSnapshotName: 'golden', AvailabilityZone: 'us-east-1a', Names: ['a1'], ...more });
const disk = () => resource('DisksFromSnapshot', { DiskSnapshotName: 'archive', AvailabilityZone: 'us-east-1a', Names: ['d1'] });
const snapshot = () => resource('InstanceSnapshot', { InstanceName: 'web', InstanceSnapshotName: 'taken' });

describe('final, whatever they ask for', () => {
  test.each([
    ['a new account', 'CreateInstancesFromSnapshot', servers(),
      "Sorry, you've reached your maximum limit of Lightsail Instances : 0.\nIf you're new to Lightsail, please try again later. "
        + 'If the issue persists, please contact Customer Support.',
      /InvalidInputException: Sorry, .* : 0\. If you're new .* Customer Support .*\. the account's quota of instances .* a new account often has a quota of 0/],
    ['the number of instances', 'CreateInstancesFromSnapshot', servers(),
      "Sorry, you've reached the maximum number of instances for your account.", /quota of instances in this region is used up/],
    ['the size of the plan', 'CreateInstancesFromSnapshot', servers(),
      'Sorry, your account can not create an instance using this Lightsail plan size. Please try a smaller plan size or contact Customer Support if you '
        + 'need to use a larger plan.', /nothing made from a snapshot has a smaller plan than its source: ask AWS Support/],
    ['the number of disks', 'CreateDiskFromSnapshot', disk(), "You've reached the limit of disks in this account.", /quota of disks in this region is used up/],
    ['the size of all disks', 'CreateDiskFromSnapshot', disk(), "You've reached the maximum size limit of all disks in this account.", /quota of disks/],
    ['the size of a disk', 'CreateDiskFromSnapshot', disk(), 'The size of a block storage disk must be between 8 and 16384 GB.', /leave `sizeInGb` out, or give more/],
    ['the bundle', 'CreateInstancesFromSnapshot', servers(), 'The specified bundle does not exist in this region.', /choose another `bundleId`/],
  ])('%s is told at once, with the way out', async (_, operation, template, text, reason) => {
    say(operation, text);
    const begun = environment.clock.now();
    const { status, reasons } = await environment.stack('Site').deploy(template);
    expect([status, calls(operation).length]).toEqual(['ROLLBACK_COMPLETE', 1]);
    expect(reasons[0]).toMatch(reason);
    expect(environment.clock.now() - begun).toBeLessThan(MINUTE);
  });

  test.each(['quota', 'maximum', 'limit', 'right'])('a resource that is called %s takes nothing for final that passes', async word => {
    say('CreateInstanceSnapshot', `You can't create a snapshot of ${word}-db right now.`, { error: 'OperationFailureException', times: 3 });
    expect(await environment.stack('Site').deploy(snapshot())).toMatchObject({ status: 'CREATE_COMPLETE', reasons: [] });
  });
});

test.each([
  ['Two sentences.  And a tip. ', 'Do this.'], ['A line\nand another.\n', 'Or that.\n'], ['An open end', ''], ['Dots...', '...'],
])('no message has two full stops or spaces in a row: %j', async (message, tip) => {
  simulator().faults.push({ operation: /^(Create|Get|Export|Copy)/, effect: { error: 'InvalidInputException', message, tip, status: 400 } });
  for (const template of [
    servers(), disk(), snapshot(), resource('SnapshotExport', { SnapshotName: 'golden', SnapshotType: 'instance' }),
    resource('SnapshotCopy', { SourceType: 'DiskSnapshot', SourceSnapshotName: 'archive' }), resource('InstanceSnapshotLookup', { SnapshotName: 'golden' }),
  ]) {
    expect((await environment.stack('Site').deploy(template)).status).toMatch(/^ROLLBACK_/);
  }
});

test.each(['Instance', 'InstanceSnapshot'] as const)('nor has one that tells what Lightsail said of a failed %s', async resourceType => {
  simulator().outcomes.push({ resourceType, state: 'error', errorCode: 'E42', errorDetails: 'There is no room.\nTry elsewhere. ' });
  const { reasons } = await environment.stack('Site').deploy(resourceType === 'Instance' ? servers() : snapshot());
  expect(reasons[0]).toMatch(/E42: There is no room\. Try elsewhere$/);
});

describe('not now', () => {
  test.each(['OperationFailureException', 'InvalidInputException'])('a disk that is still held is waited for (%s)', async error => {
    const stack = environment.stack('Site');
    await stack.deploy(disk());
    say('DeleteDisk', "You can't perform this operation because the disk is still attached to a Lightsail instance: web.", { error, times: 20 });
    say('DeleteDisk', "You can't detach this disk right now. The state of this disk is: in-use.", { error, times: 2 });
    expect(await stack.destroy()).toMatchObject({ status: 'DELETE_COMPLETE', reasons: [] });
    expect(region().disks.has('d1')).toBe(false);
  });
});

describe('names', () => {
  test.each([
    ['Some names are already in use: a2', "'a2' is held by another resource in us-east-1"],
    ['Some names are already in use: a1.data.', "'a1.data' is held by another resource"],
    ['Some names are already in use: a1, a2.', "'a1' is held by another resource"],
  ])('of those in a call, the one that Lightsail names is blamed: %s', async (message, reason) => {
    say('CreateInstancesFromSnapshot', message, { code: 'NameExists' });
    const { status, reasons } = await environment.stack('Site').deploy(servers({ Names: ['a1', 'a2'] }));
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(reasons[0]).toContain(reason);
  });

  test("a new disk's name that is taken is blamed, not the instance's", async () => {
    region().addDisk({ name: 'mine' });
    const { reasons } = await environment.stack('Site').deploy(servers({ DiskPaths: ['/dev/xvdf'], DiskNames: [['mine']] }));
    expect(reasons[0]).toContain("'mine' is held by another resource");
    expect(region().disks.has('mine')).toBe(true);
  });
});

describe('words that nobody knows', () => {
  test('are final for what is made, and the message says so', async () => {
    say('CreateInstanceSnapshot', 'The moon is in the wrong phase.');
    const { status, reasons } = await environment.stack('Site').deploy(snapshot());
    expect([status, calls('CreateInstanceSnapshot').length]).toEqual(['ROLLBACK_COMPLETE', 1]);
    expect(reasons[0]).toMatch(/: The moon is in the wrong phase \(code InvalidInput; .*\)\. this library does not know these words and took them for final/);
  });

  test('are repeated for a while where something is deleted', async () => {
    const stack = environment.stack('Site');
    await stack.deploy(snapshot());
    say('DeleteInstanceSnapshot', 'The moon is in the wrong phase.', { times: 5 });
    expect(await stack.destroy()).toMatchObject({ status: 'DELETE_COMPLETE', reasons: [] });
  });

  test('and are final there too after five minutes', async () => {
    const stack = environment.stack('Site');
    await stack.deploy(snapshot());
    say('DeleteInstanceSnapshot', 'The moon is in the wrong phase.');
    const begun = environment.clock.now();
    const { status, reasons } = await stack.destroy();
    expect(status).toBe('DELETE_FAILED');
    expect(reasons[0]).toMatch(/refused to delete instance snapshot 'taken': .*took them for final/);
    expect(environment.clock.now() - begun).toBeGreaterThan(5 * MINUTE);
    expect(environment.clock.now() - begun).toBeLessThan(7 * MINUTE);
  });
});
