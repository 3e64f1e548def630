import * as L from '@aws-sdk/client-lightsail';
import { errorOf, TestBed } from './testing';

const HOUR = 3600_000;
const DAY = 24 * HOUR;

let bed: TestBed;
let lightsail: L.LightsailClient;

beforeEach(async () => {
  bed = await TestBed.start();
  lightsail = bed.lightsail();
});
afterEach(() => bed.stop());

const region = () => bed.sim.region('us-east-1');
const state = async (instanceName: string) => (await lightsail.send(new L.GetInstanceStateCommand({ instanceName }))).state!.name;

describe('stopping and starting', () => {
  const stop = () => lightsail.send(new L.StopInstanceCommand({ instanceName: 'web' }));
  const start = () => lightsail.send(new L.StartInstanceCommand({ instanceName: 'web' }));

  test('takes its time, and changes an address that is not static', async () => {
    const before = region().addInstance({ name: 'web' }).publicIpAddress;
    await stop();
    expect(await state('web')).toBe('stopping');
    bed.advance(60_000);
    expect(await state('web')).toBe('stopped');
    expect(region().instances.get('web')!.publicIpAddress).toBeUndefined();
    await start();
    expect(await state('web')).toBe('pending');
    bed.advance(40_000);
    expect(await state('web')).toBe('running');
    expect(region().instances.get('web')!.publicIpAddress).not.toBe(before);
    expect(region().instances.get('web')!.publicIpAddress).toBeDefined();
  });

  test('keeps a static address', async () => {
    region().addInstance({ name: 'web' });
    const { ipAddress } = region().addStaticIp({ name: 'ip', attachedTo: 'web' });
    await stop();
    bed.advance(60_000);
    await start();
    bed.advance(40_000);
    expect(region().instances.get('web')!.publicIpAddress).toBe(ipAddress);
  });

  test('is refused in any other state', async () => {
    region().addInstance({ name: 'web' });
    expect(await errorOf(start())).toMatchObject({ name: 'OperationFailureException', message: expect.stringContaining('running') as string });
    await stop();
    expect(await errorOf(stop())).toMatchObject({ name: 'OperationFailureException', message: expect.stringContaining('stopping') as string });
  });

  test.each(['allowed', 'refused'] as const)('a start while a snapshot is pending is %s', async startWhileSnapshotPending => {
    Object.assign(bed.sim.options, { startWhileSnapshotPending });
    region().addInstance({ name: 'web', state: 'stopped' });
    await lightsail.send(new L.CreateInstanceSnapshotCommand({ instanceName: 'web', instanceSnapshotName: 'snap' }));
    if (startWhileSnapshotPending === 'refused') {
      expect(await errorOf(start())).toMatchObject({ name: 'OperationFailureException' });
      bed.advance(120_000);
    }
    await start();
  });
});

describe('a rate limit', () => {
  const tag = () => lightsail.send(new L.TagResourceCommand({ resourceName: 'web', tags: [{ key: 'a' }] }));
  const look = () => lightsail.send(new L.GetInstanceCommand({ instanceName: 'web' }));

  test('throttles what comes too often, in each region for itself', async () => {
    bed.sim.options.rateLimits = { mutating: { perSecond: 2, burst: 3 } };
    region().addInstance({ name: 'web' });
    for (let i = 0; i < 3; i++) await tag();
    expect(await errorOf(tag())).toMatchObject({ name: 'ThrottlingException' });
    await look();
    const elsewhere = bed.lightsail('eu-west-1').send(new L.TagResourceCommand({ resourceName: 'web', tags: [{ key: 'a' }] }));
    expect(await errorOf(elsewhere)).toMatchObject({ name: 'NotFoundException' });
    bed.advance(500);
    await tag();
    expect(await errorOf(tag())).toMatchObject({ name: 'ThrottlingException' });
  });

  test('may count all calls', async () => {
    bed.sim.options.rateLimits = { all: { perSecond: 1, burst: 1 } };
    region().addInstance({ name: 'web' });
    await look();
    expect(await errorOf(look())).toMatchObject({ name: 'ThrottlingException' });
  });
});

describe('daily automatic snapshots', () => {
  const automatic = async () => (await lightsail.send(new L.GetAutoSnapshotsCommand({ resourceName: 'web' }))).autoSnapshots!;

  test('come each day within 45 minutes of their hour, and seven are kept', async () => {
    bed.sim.options.dailyAutoSnapshots = true;
    region().addInstance({ name: 'web', addOns: true });
    region().addInstance({ name: 'db' });
    bed.advance(20 * DAY);
    const found = await automatic();
    expect(found).toHaveLength(7);
    for (const { createdAt } of found) {
      const minutes = (createdAt!.getTime() % DAY) / 60_000 - 6 * 60;
      expect(minutes).toBeGreaterThanOrEqual(0);
      expect(minutes).toBeLessThan(45);
    }
    expect(region().instances.get('db')!.autoSnapshots).toEqual([]);
  });

  test('refuse a manual one while they are made', async () => {
    bed.sim.options.dailyAutoSnapshots = true;
    region().addInstance({ name: 'web', addOns: true });
    bed.advance(DAY + 6 * HOUR);
    const take = (name: string) => lightsail.send(new L.CreateInstanceSnapshotCommand({ instanceName: 'web', instanceSnapshotName: name }));
    let refused = 0;
    for (let minute = 0; minute < 60; minute++) {
      const error = await take(`snap-${minute}`).then(() => undefined, (thrown: Error) => thrown);
      if (error?.message.includes('automatic snapshot')) refused++;
      bed.advance(60_000);
    }
    expect(refused).toBe(2);
  });
});

test('a list of 20,000 snapshots is paged to its end, also while some come and go', async () => {
  bed.sim.options.pageSize = 100;
  const count = 20_000;
  for (let i = 0; i < count; i++) region().addInstanceSnapshot({ name: `s-${(i * 7919) % count}` });
  const seen = new Set<string>();
  let pageToken: string | undefined;
  do {
    const page: L.GetInstanceSnapshotsCommandOutput = await lightsail.send(new L.GetInstanceSnapshotsCommand({ pageToken }));
    for (const { name } of page.instanceSnapshots!) seen.add(name!);
    pageToken = page.nextPageToken;
    if (seen.size === 1000) {
      region().addInstanceSnapshot({ name: 'zzz' });
      await lightsail.send(new L.DeleteInstanceSnapshotCommand({ instanceSnapshotName: 's-9999' }));
      bed.advance(HOUR);
    }
  } while (pageToken);
  expect(seen.size).toBe(count);
  expect(seen.has('zzz')).toBe(true);
  expect(seen.has('s-9999')).toBe(false);
});
