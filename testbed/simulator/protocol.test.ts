import { request } from 'node:http';
import { DescribeImagesCommand } from '@aws-sdk/client-ec2';
import {
  CreateInstancesFromSnapshotCommand, CreateInstanceSnapshotCommand, GetBlueprintsCommand, GetBundlesCommand, GetInstanceCommand, GetInstancesCommand,
  GetRegionsCommand, GetDomainsCommand, LightsailClient, TagResourceCommand,
} from '@aws-sdk/client-lightsail';
import { Simulator } from './simulator';
import { errorOf, TestBed } from './testing';

let bed: TestBed;
let client: LightsailClient;

beforeEach(async () => {
  bed = await TestBed.start();
  client = bed.lightsail();
  bed.sim.region('us-east-1').addInstance({ name: 'web' });
});

afterEach(() => bed.stop());

const SCOPE = 'AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/lightsail/aws4_request, SignedHeaders=host, Signature=';
const SIGNED = SCOPE + '0'.repeat(64);

/** A request as no SDK would send it. */
async function raw(target: string, body: string, headers: Record<string, string> = { authorization: SIGNED }) {
  return new Promise<{ status: number; body: any; requestId: unknown }>((resolve, reject) => {
    const sent = request(bed.sim.url, {
      method: 'POST', agent: false, headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target, ...headers },
    }, response => {
      let text = '';
      response.on('data', chunk => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode!, body: JSON.parse(text), requestId: response.headers['x-amzn-requestid'] }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

describe('the interceptor', () => {
  test('an error has the form of awsJson with the four members of the model', async () => {
    const { status, body, requestId } = await raw('Lightsail_20161128.GetInstance', '{"instanceName":"nobody"}');
    expect(status).toBe(404);
    expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(body).toEqual({
      __type: 'NotFoundException',
      code: 'DoesNotExist',
      docs: expect.stringContaining('https://'),
      message: 'The Instance does not exist: nobody.',
      tip: expect.any(String),
    });
  });

  test.each([
    ['no signature', {}, 403, 'MissingAuthenticationTokenException'],
    ['a malformed signature', { authorization: 'Bearer x' }, 401, 'UnauthenticatedException'],
    ['another service', { authorization: SIGNED.replace('lightsail', 's3') }, 403, 'InvalidSignatureException'],
    ['an unknown Region', { authorization: SIGNED.replace('us-east-1', 'xx-east-1') }, 403, 'UnrecognizedClientException'],
  ])('refuses %s', async (_, headers, status, type) => {
    const answer = await raw('Lightsail_20161128.GetInstances', '{}', headers);
    expect([answer.status, answer.body.__type]).toEqual([status, type]);
  });

  test.each([
    ['an unknown operation', 'Lightsail_20161128.Fly', '{}', 404, 'UnknownOperationException'],
    ['another version', 'Lightsail_20170101.GetInstances', '{}', 404, 'UnknownOperationException'],
    ['what is not JSON', 'Lightsail_20161128.GetInstances', '{', 400, 'SerializationException'],
    ['what is not an object', 'Lightsail_20161128.GetInstances', '[]', 400, 'SerializationException'],
    ['a member of the wrong type', 'Lightsail_20161128.GetInstance', '{"instanceName":1}', 400, 'SerializationException'],
    ['an unknown member', 'Lightsail_20161128.GetInstance', '{"instanceName":"web","name":"web"}', 400, 'InvalidInputException'],
    ['a missing member', 'Lightsail_20161128.GetInstance', '{}', 400, 'InvalidInputException'],
    ['a null for a required member', 'Lightsail_20161128.GetInstance', '{"instanceName":null}', 400, 'InvalidInputException'],
    ['a bad nested member', 'Lightsail_20161128.TagResource', '{"resourceName":"web","tags":[{"key":"a"},{"Key":"b"}]}', 400, 'InvalidInputException'],
  ])('refuses %s', async (_, target, body, status, type) => {
    const answer = await raw(target, body);
    expect([answer.status, answer.body.__type]).toEqual([status, type]);
  });

  test('words a refusal as the service does', async () => {
    const snapshot = (input: object) => errorOf(client.send(new CreateInstanceSnapshotCommand(input as any)));
    expect((await snapshot({ instanceName: 'web' })).message).toBe(
      "1 validation error detected: Value null at 'instanceSnapshotName' failed to satisfy constraint: Member must not be null");
    expect((await snapshot({ instanceName: 'web', instanceSnapshotName: 'a b' })).message).toBe(
      'a b is not a valid resource name. Resource names must be at least 2 characters long and contain only alphanumerics, -, _, and .');
    const restore = { instanceNames: ['new'], availabilityZone: 'us-east-1a', bundleId: 'nano_3_0', instanceSnapshotName: 'snap', ipAddressType: 'ipv7' };
    expect((await errorOf(client.send(new CreateInstancesFromSnapshotCommand(restore as any)))).message).toContain('[dualstack, ipv4, ipv6]');
  });

  test('unknown members can be let through', async () => {
    bed.sim.options.unknownMembers = 'ignored';
    expect((await raw('Lightsail_20161128.GetInstance', '{"instanceName":"web","name":"web"}')).status).toBe(200);
  });

  test('says so when an operation that Lightsail has is missing', async () => {
    expect(await errorOf(client.send(new GetDomainsCommand({})))).toMatchObject({ name: 'NotSimulated', status: 501 });
  });

  test('serves every Region, each with its own things', async () => {
    await client.send(new GetInstanceCommand({ instanceName: 'web' }));
    expect(await errorOf(bed.lightsail('eu-west-1').send(new GetInstanceCommand({ instanceName: 'web' })))).toMatchObject({
      name: 'NotFoundException', code: 'DoesNotExist', status: 404,
    });
  });

  test('an error can be told by other means', async () => {
    const absent = () => errorOf(client.send(new GetInstanceCommand({ instanceName: 'nobody' })));
    bed.sim.options.errorStatus = 'always400';
    expect(await absent()).toMatchObject({ name: 'NotFoundException', status: 400 });
    bed.sim.options.notFoundAs = 'InvalidInputException';
    expect(await absent()).toMatchObject({ name: 'InvalidInputException', message: expect.stringContaining('DoesNotExist') });
    bed.sim.options.errorNameFrom = 'code';
    expect(await absent()).toMatchObject({ name: 'DoesNotExist' });
  });
});

describe('lists', () => {
  test('come in pages, in the order of the names', async () => {
    const region = bed.sim.region('us-east-1');
    ['d', 'b', 'c', 'a'].forEach(name => region.addInstance({ name: `${name}1` }));
    const first = await client.send(new GetInstancesCommand({}));
    expect(first.instances!.map(({ name }) => name)).toEqual(['a1', 'b1', 'c1']);
    // What goes meanwhile does not make the next page skip anything.
    bed.sim.options.pageSize = 1;
    const second = await client.send(new GetInstancesCommand({ pageToken: first.nextPageToken }));
    expect(second.instances!.map(({ name }) => name)).toEqual(['d1']);
    const third = await client.send(new GetInstancesCommand({ pageToken: second.nextPageToken }));
    expect(third.instances!.map(({ name }) => name)).toEqual(['web']);
    expect(third.nextPageToken).toBeUndefined();
  });

  test('toTerminalError a token of another list or Region', async () => {
    bed.sim.options.pageSize = 1;
    const { nextPageToken: pageToken } = await client.send(new GetBundlesCommand({}));
    expect(await errorOf(client.send(new GetBlueprintsCommand({ pageToken })))).toMatchObject({ name: 'InvalidInputException' });
    expect(await errorOf(bed.lightsail('eu-west-1').send(new GetBundlesCommand({ pageToken })))).toMatchObject({ name: 'InvalidInputException' });
    expect(await errorOf(client.send(new GetBundlesCommand({ pageToken: 'x' })))).toMatchObject({ name: 'InvalidInputException' });
  });

  test('may begin with an empty page', async () => {
    bed.sim.options.emptyPages = true;
    const { instances, nextPageToken } = await client.send(new GetInstancesCommand({}));
    expect(instances).toEqual([]);
    expect((await client.send(new GetInstancesCommand({ pageToken: nextPageToken }))).instances).toHaveLength(1);
  });

  test('may come newest first', async () => {
    bed.advance(1000);
    bed.sim.region('us-east-1').addInstance({ name: 'aa' });
    bed.sim.options.listOrder = 'oldest';
    expect((await client.send(new GetInstancesCommand({}))).instances![0].name).toBe('web');
    bed.sim.options.listOrder = 'newest';
    expect((await client.send(new GetInstancesCommand({}))).instances![0].name).toBe('aa');
  });

  test('of Regions, bundles and blueprints have what matters', async () => {
    bed.sim.options.pageSize = 100;
    const { regions } = await client.send(new GetRegionsCommand({ includeAvailabilityZones: true }));
    expect(regions!.find(({ name }) => name === 'us-west-1')!.availabilityZones!.map(({ zoneName }) => zoneName)).toEqual(['us-west-1a', 'us-west-1c']);
    const { bundles } = await client.send(new GetBundlesCommand({}));
    expect(bundles!.find(({ bundleId }) => bundleId === 'nano_ipv6_3_0')).toMatchObject({ publicIpv4AddressCount: 0, diskSizeInGb: 20 });
    expect(bundles!.map(({ bundleId }) => bundleId)).not.toContain('nano_2_0');
    const ids = async (name: string) => (await bed.lightsail(name).send(new GetBundlesCommand({ includeInactive: true }))).bundles!
      .map(({ bundleId, isActive }) => `${bundleId}${isActive ? '' : ' (inactive)'}`);
    expect(await ids('ap-south-1')).toEqual(expect.arrayContaining(['micro_3_1', 'nano_2_1 (inactive)']));
    expect(await ids('ap-southeast-2')).toEqual(expect.arrayContaining(['micro_3_2', 'micro_win_3_2']));
    expect(await ids('eu-west-3')).toContain('nano_2_0');
    const { blueprints } = await client.send(new GetBlueprintsCommand({ includeInactive: true }));
    expect(blueprints!.map(({ blueprintId }) => blueprintId)).toEqual(expect.arrayContaining(['wordpress', 'ghost_bitnami', 'centos_7_2009_01']));
  });
});

describe('faults', () => {
  const get = (of = client) => of.send(new GetInstanceCommand({ instanceName: 'web' }));

  test.each([
    ['throttle', 'ThrottlingException', 400],
    ['500', 'ServiceException', 500],
    ['accountSetup', 'AccountSetupInProgressException', 428],
    ['regionSetup', 'RegionSetupInProgressException', 428],
    ['accessDenied', 'AccessDeniedException', 403],
  ] as const)('%s', async (effect, name, status) => {
    bed.sim.faults.push({ effect });
    expect(await errorOf(get())).toMatchObject({ name, status });
  });

  test('of EC2 have other names', async () => {
    bed.sim.faults.push({ service: 'ec2', effect: 'throttle', times: 1 }, { service: 'ec2', effect: 'accessDenied' });
    await get();
    const describe_ = () => errorOf(bed.ec2().send(new DescribeImagesCommand({})));
    expect(await describe_()).toMatchObject({ name: 'RequestLimitExceeded', status: 503 });
    expect(await describe_()).toMatchObject({ name: 'UnauthorizedOperation', status: 403 });
  });

  test('are retried by the SDK when they are throttling or its like, and not when they are 428', async () => {
    bed.sim.faults.push({ effect: 'throttle', times: 1 }, { effect: '500', times: 1 }, { effect: 'reset', times: 1 });
    await get(bed.lightsail('us-east-1', 5));
    expect(bed.sim.calls.map(({ error }) => error)).toEqual(['ThrottlingException', 'ServiceException', 'reset', undefined]);
    bed.sim.faults.push({ effect: 'accountSetup', times: 1 });
    expect((await errorOf(get(bed.lightsail('us-east-1', 5)))).name).toBe('AccountSetupInProgressException');
  });

  test('strike where, when and as often as told', async () => {
    bed.sim.faults.push(
      { operation: /^Tag/, effect: '500' },
      { operation: 'GetInstance', when: ({ instanceName }) => instanceName === 'web', after: 1, times: 2, effect: { error: 'Odd', message: 'so', status: 418 } },
      { operation: 'GetInstances', until: bed.now + 1000, effect: 'throttle' },
    );
    await get();
    expect(await errorOf(get())).toMatchObject({ name: 'Odd', message: 'so', status: 418 });
    expect((await errorOf(client.send(new GetInstanceCommand({ instanceName: 'other' })))).name).toBe('NotFoundException');
    expect((await errorOf(get())).name).toBe('Odd');
    await get();
    expect((await errorOf(client.send(new GetInstancesCommand({})))).name).toBe('ThrottlingException');
    bed.advance(1000);
    await client.send(new GetInstancesCommand({}));
  });

  test('may cut the connection after the call was carried out', async () => {
    bed.sim.faults.push({ effect: 'reset-after', times: 1 });
    await errorOf(client.send(new CreateInstanceSnapshotCommand({ instanceName: 'web', instanceSnapshotName: 'snap' })));
    expect(bed.sim.region('us-east-1').instanceSnapshots.has('snap')).toBe(true);
    expect(bed.sim.calls[0].error).toBe('reset-after');
  });

  test('a modelled error that is spelt out keeps what is left out', async () => {
    bed.sim.faults.push({ effect: { error: 'OperationFailureException', message: 'no', tip: 'try' } });
    expect(await errorOf(get())).toEqual({ name: 'OperationFailureException', message: 'no', tip: 'try', code: 'OperationFailure', status: 400 });
  });

  test('a delay comes on top of another', async () => {
    bed.sim.faults.push({ effect: { slow: 30 } }, { effect: 'throttle' });
    const before = Date.now();
    expect((await errorOf(get())).name).toBe('ThrottlingException');
    expect(Date.now() - before).toBeGreaterThanOrEqual(28);
  });
});

describe('the server', () => {
  test('writes down every call and what it touched', async () => {
    await client.send(new TagResourceCommand({ resourceName: 'web', tags: [{ key: 'a', value: 'b' }] }));
    await errorOf(client.send(new GetInstanceCommand({ instanceName: 'nobody' })));
    const { arn } = bed.sim.region('us-east-1').instances.get('web')!;
    expect(bed.sim.calls).toMatchObject([
      {
        service: 'lightsail',
        operation: 'TagResource',
        region: 'us-east-1',
        accessKeyId: 'AKIDEXAMPLE',
        at: bed.now,
        resources: [{ arn, tags: [] }],
        input: { resourceName: 'web', tags: [{ key: 'a', value: 'b' }] },
      },
      { operation: 'GetInstance', error: 'NotFoundException', resources: [] },
    ]);
  });

  test('forgets everything on reset and gives the same identifiers again', async () => {
    const { arn } = bed.sim.region('us-east-1').instances.get('web')!;
    bed.sim.reset();
    expect(bed.sim.region('us-east-1').all.size).toBe(0);
    expect(bed.sim.region('us-east-1').addInstance({ name: 'web' }).arn).toBe(arn);
    expect(bed.sim.calls).toEqual([]);
  });

  test('frees its port and its connections on stop', async () => {
    const sim = await Simulator.start();
    const port = Number(new URL(sim.url).port);
    const other = new LightsailClient({ endpoint: sim.url, region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
    await other.send(new GetInstancesCommand({}));
    await sim.stop();
    other.destroy();
    await (await Simulator.start({ port })).stop();
  });

  test('is loud about its own mistakes', async () => {
    const sim = await Simulator.start();
    const other = new LightsailClient({ endpoint: sim.url, region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
    sim.region('us-east-1').addInstance({ name: 'web' }).state = 1 as any;
    expect((await errorOf(other.send(new GetInstancesCommand({})))).name).toBe('SimulatorBug');
    await expect(sim.stop()).rejects.toThrow('GetInstances does not fit its schema');
    other.destroy();
  });
});
