import type { DeployResult, Switches } from './cloudformation';
import type { TestEnvironment } from './environment';
import { fixtureEnvironment } from './fixture/environment';
import { FixtureLightsail } from './fixture/lightsail';
import type { Resource } from './template';

let environment: TestEnvironment<FixtureLightsail>;

beforeAll(async () => { environment = await fixtureEnvironment(); });
afterEach(() => environment.reset());
afterAll(() => environment.close());

const snap = (properties: object = {}, more: Partial<Resource> = {}) => ({ Snap: { Type: 'Custom::Fixture', Properties: { Name: 'one', ...properties }, ...more } });

/** What was asked, in short: type, id, name wanted, name it had, and how it came out. */
const requested = ({ requests }: DeployResult) => requests.map(({ requestType, event, outcome }) => {
  const properties = (field: string) => (event[field] as { Name?: string; Does?: string } | undefined);
  const [now, old] = [properties('ResourceProperties'), properties('OldResourceProperties')];
  const text = [requestType, event.PhysicalResourceId ?? '-', `${now?.Name}${now?.Does ? `+${now.Does}` : ''}`];
  if (old) text.push(`was ${old.Name}${old.Does ? `+${old.Does}` : ''}`);
  return [...text, outcome].join(' ');
});

describe('create', () => {
  test('scalars arrive as strings, and the event has all that it should', async () => {
    const { status, requests } = await environment.stack('s').deploy(snap({ N: 5, On: true, Off: false, Deep: [{ x: 1.5 }], None: { Ref: 'AWS::NoValue' }, Region: { Ref: 'AWS::Region' } }));
    expect(status).toBe('CREATE_COMPLETE');
    const { event } = requests[0];
    expect(Object.keys(event)).toEqual(['RequestType', 'ServiceToken', 'ResponseURL', 'StackId', 'RequestId', 'LogicalResourceId', 'ResourceType', 'ResourceProperties']);
    expect(event.ResourceProperties).toEqual({
      ServiceToken: environment.lambda.arn, Name: 'one', N: '5', On: 'true', Off: 'false', Deep: [{ x: '1.5' }], Region: 'us-east-1',
    });
    expect(event.ResponseURL).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/arn%3Aaws%3A.*%7CSnap%7C.*\?X-Amz-Algorithm=.*&X-Amz-Date=20260105T090000Z&.*X-Amz-Expires=7200&.*X-Amz-Signature=/);
  });

  test('references between resources are resolved in order of dependence, and inert ones are given', async () => {
    const stack = environment.stack('s');
    const result = await stack.deploy({
      Last: { Type: 'Custom::Fixture', Properties: { Name: { 'Fn::Join': ['-', [{ Ref: 'Snap' }, { 'Fn::GetAtt': ['Snap', 'Size'] }, { 'Fn::Select': [1, { 'Fn::Split': ['/', { Ref: 'Role' }] }] }]] } } },
      ...snap({}, { DependsOn: 'Role' }),
      Role: { Type: 'AWS::IAM::Role' },
      Function: { Type: 'AWS::Lambda::Function' },
      Direct: { Type: 'Custom::Fixture', Properties: { ServiceToken: { 'Fn::GetAtt': ['Function', 'Arn'] }, Name: { 'Fn::Sub': 'x-${Snap}-${Role.Id}' } } },
    }, { refs: { Role: 'a/b/c' }, attributes: { 'Role.Id': 'R' } });
    expect(result.status).toBe('CREATE_COMPLETE');
    expect(requested(result)).toEqual(['Create - one SUCCESS', 'Create - one-20-b SUCCESS', 'Create - x-one-R SUCCESS']);
    expect(stack.resolve({ 'Fn::GetAtt': ['Last', 'Name'] })).toBe('one-20-b');
    expect(requested(await stack.destroy())).toEqual(['Delete one-20-b one-20-b SUCCESS', 'Delete x-one-R x-one-R SUCCESS', 'Delete one one SUCCESS']);
  });

  test('an attribute that was not answered fails whoever refers to it', async () => {
    const result = await environment.stack('s').deploy({ ...snap(), Other: { Type: 'Custom::Fixture', Properties: { Name: { 'Fn::GetAtt': ['Snap', 'Colour'] } } } });
    expect(result.status).toBe('ROLLBACK_COMPLETE');
    expect(result.reasons).toEqual(["Other: CustomResource attribute error: Vendor response doesn't contain Colour attribute in object one"]);
    expect(requested(result)).toEqual(['Create - one SUCCESS', 'Delete one one SUCCESS']);
  });

  test('a failed one is deleted by the id of its answer', async () => {
    const result = await environment.stack('s').deploy(snap({ Does: 'fail' }));
    expect(requested(result)).toEqual(['Create - one+fail FAILED', 'Delete one one+fail SUCCESS']);
    expect(result).toMatchObject({ status: 'ROLLBACK_COMPLETE', reasons: ['Snap: was told to'] });
  });

  test('one without an answer is deleted by an invented id, after its time is up', async () => {
    const result = await environment.stack('s').deploy(snap({ Does: 'silent', ServiceTimeout: 90 }));
    expect(requested(result)).toEqual(['Create - one+silent TIMEOUT', expect.stringMatching(/^Delete s-Snap-[A-Z0-9]{13} one\+silent SUCCESS$/)]);
    expect(result.requests[0].closedAt! - result.requests[0].sentAt).toBe(90_000);
    await environment.settle();
    expect(environment.audit()).toEqual([expect.stringMatching(/^Create of Snap .* was never answered$/)]);
  });

  test('a late answer is ignored', async () => {
    const result = await environment.stack('s').deploy(snap({ Does: 'wait 200', ServiceTimeout: 100 }));
    await environment.settle();
    expect(result.requests[0]).toMatchObject({ outcome: 'TIMEOUT', answers: [{ counted: false, ignored: 'late' }] });
  });

  test('of two answers the first counts', async () => {
    const result = await environment.stack('s').deploy(snap({ Does: 'twice' }));
    await environment.settle();
    expect(result.reasons).toEqual(['Snap: first']);
    expect(new Set(result.requests[0].answers.slice(1).map(({ ignored }) => ignored))).toEqual(new Set(['not the first']));
    expect(environment.audit()).toEqual([expect.stringMatching(/^Create of Snap .* was answered in 2 different ways$/)]);
  });

  test.each([
    ['oversized', 'Response object is too long.'],
    ['no id', 'Invalid PhysicalResourceId'],
  ])('an answer that is %s is a failure', async (does, reason) => {
    const result = await environment.stack('s').deploy(snap({ Does: does }));
    expect(result.reasons).toEqual([`Snap: ${reason}`]);
    expect(requested(result)).toEqual([`Create - one+${does} INVALID`, expect.stringMatching(/^Delete s-Snap-/)]);
    expect(environment.audit()[0]).toMatch(reason);
  });

  test('when another resource fails, one that is ready is deleted by its id', async () => {
    const result = await environment.stack('s').deploy(snap(), { failOther: { after: 'Snap', delay: 5000 } });
    expect(requested(result)).toEqual(['Create - one SUCCESS', 'Delete one one SUCCESS']);
    expect(result).toMatchObject({ status: 'ROLLBACK_COMPLETE', reasons: ['AnotherResource: made to fail'] });
  });

  test('when another resource fails, one that is on its way is cancelled and deleted by an invented id while it goes on', async () => {
    const result = await environment.stack('s').deploy(snap(), { failOther: { delay: 30_000 } });
    expect(requested(result)).toEqual(['Create - one CANCELLED', expect.stringMatching(/^Delete s-Snap-[A-Z0-9]{13} one SUCCESS$/)]);
    expect(result.took).toBeLessThan(31_000);
    await environment.settle();
    expect(result.requests[0].answers).toEqual([expect.objectContaining({ ignored: 'late' })]);
    // the fixture leaves it behind: that is what this sequence is for
    expect(environment.sim.snapshots.size).toBe(1);
  });

  test('the user can cancel', async () => {
    const result = await environment.stack('s').deploy(snap(), { cancelAfter: 30_000 });
    expect(requested(result)[0]).toBe('Create - one CANCELLED');
    expect(result.status).toBe('ROLLBACK_COMPLETE');
  });

  test.each([['Delete', 'Delete one one SUCCESS'], ['Retain', undefined], ['RetainExceptOnCreate', 'Delete one one SUCCESS']])(
    'with the deletion policy %s, a rollback asks %s', async (DeletionPolicy, expected) => {
      const result = await environment.stack('s').deploy(snap({}, { DeletionPolicy }), { failOther: { after: 'Snap' } });
      expect(requested(result)[1]).toBe(expected);
    });

  test('a rollback whose deletion fails has failed', async () => {
    const stack = environment.stack('s');
    const result = await stack.deploy(snap({ Does: 'fail', DoesOnDelete: 'fail' }));
    expect(result.status).toBe('ROLLBACK_FAILED');
    await expect(stack.deploy(snap())).rejects.toThrow('ROLLBACK_FAILED state and can not be updated');
  });
});

describe('update', () => {
  const updated = async (to: object, options = {}, more: Partial<Resource> = {}, switches: Partial<Switches> = {}) => {
    Object.assign(environment.switches, switches);
    const stack = environment.stack('s');
    await stack.deploy(snap({}, more));
    const result = await stack.deploy(snap(to, more), options);
    return { stack, result, requested: requested(result) };
  };

  test('nothing is asked when nothing has changed', async () => {
    expect((await updated({})).requested).toEqual([]);
  });

  test('in place', async () => {
    const { requested: questions, result } = await updated({ N: 1 });
    expect(questions).toEqual(['Update one one was one SUCCESS']);
    expect(result.status).toBe('UPDATE_COMPLETE');
  });

  test('a new id brings the deletion of the old one, with its old properties', async () => {
    const { requested: questions, stack } = await updated({ Name: 'two' });
    expect(questions).toEqual(['Update one two was one SUCCESS', 'Delete one one SUCCESS']);
    expect(stack.physicalId('Snap')).toBe('two');
    expect([...environment.sim.snapshots.keys()]).toEqual(['two']);
  });

  test('unless it is to be retained', async () => {
    expect((await updated({ Name: 'two' }, {}, { UpdateReplacePolicy: 'Retain' })).requested).toEqual(['Update one two was one SUCCESS']);
  });

  test('the deletion in a clean-up is tried three times and then given up', async () => {
    const stack = environment.stack('s');
    await stack.deploy(snap({ DoesOnDelete: 'fail' }));
    const result = await stack.deploy(snap({ Name: 'two' }));
    expect(result.status).toBe('UPDATE_COMPLETE');
    expect(requested(result).slice(1)).toEqual(Array(3).fill('Delete one one FAILED'));
  });

  test('a failed one is brought back', async () => {
    const { requested: questions, result } = await updated({ Does: 'fail' });
    expect(questions).toEqual(['Update one one+fail was one FAILED', 'Update one one was one+fail SUCCESS']);
    expect(result).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE', reasons: ['Snap: was told to'] });
  });

  test('with the last good properties as the old ones, if that is what CloudFormation does', async () => {
    const { requested: questions } = await updated({ Does: 'fail' }, {}, {}, { oldPropertiesInRollback: 'last good' });
    expect(questions[1]).toBe('Update one one was one SUCCESS');
  });

  test.each<[Partial<Switches>, string[]]>([
    [{}, ['Update two one was two+fail SUCCESS', 'Delete two one SUCCESS']],
    [{ rollbackOfReplacement: 'update with old id' }, ['Update one one was two+fail SUCCESS', 'Delete two one SUCCESS']],
    [{ rollbackOfReplacement: 'delete only' }, ['Delete two one SUCCESS']],
    [{ failedUpdateId: 'ignored' }, ['Update one one was two+fail SUCCESS']],
  ])('a failed one that was answered with a new id, with %j', async (switches, expected) => {
    const { requested: questions, stack } = await updated({ Name: 'two', Does: 'fail' }, {}, {}, switches);
    expect(questions).toEqual(['Update one two+fail was one FAILED', ...expected]);
    expect(stack.physicalId('Snap')).toBe('one');
  });

  test('a replacement that is rolled back because another resource failed', async () => {
    const { requested: questions, stack } = await updated({ Name: 'two' }, { failOther: { after: 'Snap' } });
    expect(questions).toEqual(['Update one two was one SUCCESS', 'Update two one was two SUCCESS', 'Delete two two SUCCESS']);
    expect(stack.physicalId('Snap')).toBe('one');
    expect([...environment.sim.snapshots.keys()]).toEqual(['one']);
  });

  test('a cancelled one is brought back while it still runs', async () => {
    const { requested: questions, result } = await updated({ Name: 'two' }, { cancelAfter: 20_000 });
    expect(questions).toEqual(['Update one two was one CANCELLED', 'Update one one was two SUCCESS']);
    expect(result.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    await environment.settle();
    expect(result.requests[0].answers).toEqual([expect.objectContaining({ ignored: 'late' })]);
  });

  test('one without an answer is brought back', async () => {
    const { requested: questions } = await updated({ Does: 'silent', ServiceTimeout: 60 });
    expect(questions).toEqual(['Update one one+silent was one TIMEOUT', 'Update one one was one+silent SUCCESS']);
  });

  test('a rollback that fails can be continued', async () => {
    const stack = environment.stack('s');
    await stack.deploy(snap());
    environment.fault({ service: 'put', where: call => call.body.includes('"SUCCESS"'), mishap: { status: 403 } });
    const result = await stack.deploy(snap({ Does: 'fail' }));
    expect(result.status).toBe('UPDATE_ROLLBACK_FAILED');
    const again = await stack.continueRollback();
    expect(requested(again)).toEqual(['Update one one was one+fail SUCCESS']);
    expect(again.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  });

  test('a resource that is added is deleted by a rollback; one that is removed is kept', async () => {
    const stack = environment.stack('s');
    await stack.deploy(snap());
    const more = { New: { Type: 'Custom::Fixture', Properties: { Name: 'new' }, DeletionPolicy: 'RetainExceptOnCreate' } };
    expect(requested(await stack.deploy(more, { failOther: { after: 'New' } }))).toEqual(['Create - new SUCCESS', 'Delete new new SUCCESS']);
    expect(stack.physicalId('Snap')).toBe('one');
    expect(requested(await stack.deploy(more))).toEqual(['Create - new SUCCESS', 'Delete one one SUCCESS']);
    const kept = await stack.deploy(snap());
    expect(requested(kept)).toEqual(['Create - one SUCCESS']);
    expect(kept.events.map(({ status }) => status)).toContain('DELETE_SKIPPED');
  });

  test('another type is another resource', async () => {
    const stack = environment.stack('s');
    await stack.deploy(snap());
    const other = { Snap: { Type: 'Custom::Other', Properties: { Name: 'two' } } };
    expect(requested(await stack.deploy(other, { failOther: { after: 'Snap' } }))).toEqual(['Create - two SUCCESS', 'Delete two two SUCCESS']);
    expect(requested(await stack.deploy(other))).toEqual(['Create - two SUCCESS', 'Delete one one SUCCESS']);
  });

  test('what refers to a replaced resource is updated, also on the way back', async () => {
    const follower = { Follower: { Type: 'Custom::Fixture', Properties: { Name: 'f', Of: { Ref: 'Snap' } } } };
    const stack = environment.stack('s');
    await stack.deploy({ ...snap(), ...follower });
    const result = await stack.deploy({ ...snap({ Name: 'two' }), ...follower }, { failOther: { after: 'Follower' } });
    expect(requested(result)).toEqual([
      'Update one two was one SUCCESS', 'Update f f was f SUCCESS', 'Update two one was two SUCCESS', 'Update f f was f SUCCESS', 'Delete two two SUCCESS',
    ]);
    expect(result.requests[3].event).toMatchObject({ ResourceProperties: { Of: 'one' }, OldResourceProperties: { Of: 'two' } });
  });

  test('the service token cannot change', async () => {
    const { result } = await updated({ ServiceToken: 'arn:aws:lambda:us-east-1:123456789012:function:Other' });
    expect(result).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE', reasons: ['Snap: Modifying service token is not allowed.'] });
  });
});

describe('delete', () => {
  test.each([['Delete', ['Delete one one SUCCESS']], ['Retain', []], ['RetainExceptOnCreate', []]])('with the policy %s', async (DeletionPolicy, expected) => {
    const stack = environment.stack('s');
    await stack.deploy(snap({}, { DeletionPolicy }));
    const result = await stack.destroy();
    expect(requested(result)).toEqual(expected);
    expect(result.status).toBe('DELETE_COMPLETE');
  });

  test('what fails keeps what it depends on, and can be tried again', async () => {
    const stack = environment.stack('s');
    await stack.deploy({ ...snap(), Dependent: { Type: 'Custom::Fixture', Properties: { Name: 'd', DoesOnDelete: 'fail' }, DependsOn: ['Snap'] } });
    const result = await stack.destroy();
    expect(result).toMatchObject({ status: 'DELETE_FAILED', reasons: ['Dependent: was told to'] });
    expect(requested(result)).toEqual(['Delete d d FAILED']);
    expect(requested(await stack.destroy())).toEqual(['Delete d d FAILED']);
  });

  test('a stack that is gone can be made again, under another id', async () => {
    const stack = environment.stack('s');
    await stack.deploy(snap());
    const { stackId } = stack;
    await stack.destroy();
    expect((await stack.deploy(snap())).status).toBe('CREATE_COMPLETE');
    expect(stack.stackId).not.toBe(stackId);
  });
});

describe('the address for the answer', () => {
  test('can be one without a date in its query', async () => {
    environment.responseUrls.urlStyle = 'v2';
    const result = await environment.stack('s').deploy(snap());
    expect(result.requests[0].event.ResponseURL).toMatch(/\?AWSAccessKeyId=\w+&Expires=\d+&Signature=/);
    expect(result.status).toBe('CREATE_COMPLETE');
  });

  test('is good for two hours', async () => {
    const result = await environment.stack('s').deploy(snap({ Does: 'wait 7200' }));
    await environment.settle();
    expect(result.requests[0]).toMatchObject({ outcome: 'TIMEOUT', answers: [{ status: 403, ignored: 'refused' }] });
  });
});
