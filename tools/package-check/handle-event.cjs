/*
 * Has the bundle handle events, on whatever Node.js runs this: `node tools/package-check/handle-event.cjs assets/deployment/index.js`.
 * Ends with 0 if one was answered without a call to AWS, and another one led to a signed call.
 */
'use strict';
const { createServer } = require('node:http');
const { resolve } = require('node:path');

/** Milliseconds in which all of it must be over. */
const LIMIT = 30_000;

const stackId = 'arn:aws:cloudformation:us-east-1:123456789012:stack/Site/0';
const answers = [];
const calls = [];

/** CloudFormation's address to answer to, and every service of AWS's, which permits nothing. */
const server = createServer((request, response) => {
  let body = '';
  request.on('data', chunk => { body += chunk; }).on('end', () => {
    if (request.method === 'PUT') {
      answers.push(JSON.parse(body));
      response.end();
      return;
    }
    calls.push(request.headers);
    response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' }).end('{"__type":"AccessDeniedException","message":"not permitted"}');
  });
});

function fail(reason) {
  console.error(reason);
  process.exit(1);
}

server.listen(0, '127.0.0.1', async () => {
  const url = `http://127.0.0.1:${server.address().port}`;
  setTimeout(() => fail(`not over after ${LIMIT / 1000} s: ${answers.length} answers, ${calls.length} calls`), LIMIT).unref();
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_ENDPOINT_URL: url,
    STACK_ID: stackId,
    TEST_RESPONSE_HOST: '127.0.0.1',
    LEDGER_TABLE: 'Ledger',
    CLOCK_ARN: 'arn:aws:states:us-east-1:123456789012:stateMachine:Waiter',
  });
  const { handler } = require(resolve(process.argv[2]));
  const event = (id, type) => ({
    RequestType: 'Create',
    ResponseURL: `${url}/${id}`,
    StackId: stackId,
    RequestId: id,
    LogicalResourceId: 'Snapshot',
    ResourceType: type,
    ResourceProperties: { InstanceName: 'web-1' },
  });
  // the second event's time is over soon, so that it does not wait for permissions to come
  const context = { invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:Handler', getRemainingTimeInMillis: () => 5_000 };
  await handler(event('first', 'Custom::Unknown'), context);
  if (answers.length !== 1 || answers[0].Status !== 'FAILED' || !/unknown resource type/.test(answers[0].Reason)) fail(`answered ${JSON.stringify(answers)}`);
  await handler(event('second', 'Custom::LightsailInstanceSnapshot'), context).catch(() => undefined);
  if (!calls.some(({ authorization }) => /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/.test(authorization))) fail('no signed call was made');
  console.log(`${process.version}: an answer, and ${calls.length} signed ${calls.length === 1 ? 'call' : 'calls'}`);
  process.exit(0);
});
