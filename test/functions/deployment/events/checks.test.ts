import { isResponseUrl, checkStack } from '../../../../src/functions/deployment/events/checks';

test.each([
  'https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/arn%3Aaws?X-Amz-Signature=0',
  'https://cloudformation-custom-resource-response-eucentral1.s3.eu-central-1.amazonaws.com/arn%3Aaws',
  'https://cloudformation-custom-resource-response-useast2.s3-us-east-2.amazonaws.com:443/arn%3Aaws',
])('%s may be answered to', url => {
  expect(isResponseUrl(url)).toBe(true);
});

test.each([
  '',
  'nowhere',
  'https://example.com/',
  'https://amazonaws.com/',
  'https://s3.amazonaws.com.example.com/',
  'https://s3.amazonaws.com@example.com/',
  'https://example.com/#.amazonaws.com',
  'https://notamazonaws.com/',
  'http://s3.amazonaws.com/',
  'ftp://s3.amazonaws.com/',
  'http://127.0.0.1:4566/',
  'http://169.254.169.254/latest/meta-data/',
])("'%s' may not", url => {
  expect(isResponseUrl(url)).toBe(false);
});

test('a test may name one host beside', () => {
  expect(isResponseUrl('http://127.0.0.1:4566/answer', '127.0.0.1')).toBe(true);
  expect(isResponseUrl('http://127.0.0.2:4566/answer', '127.0.0.1')).toBe(false);
  expect(isResponseUrl('http://127.0.0.1.example.com/answer', '127.0.0.1')).toBe(false);
  expect(isResponseUrl('nowhere', '')).toBe(false);
});

test('an event of another stack is told in words', () => {
  expect(() => checkStack('arn:site', 'arn:site')).not.toThrow();
  expect(() => checkStack('arn:site', undefined)).not.toThrow();
  for (const other of ['arn:other', '', undefined, ['arn:site']]) expect(() => checkStack(other, 'arn:site')).toThrow('this function serves the stack arn:site only.');
});
