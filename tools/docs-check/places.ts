/** Where the commands of the pages are run. A test holds this list against the pages. */

/** `npm run docs:check`, steps of the gate, or nowhere: then the page says that it takes an account. */
export type Place = 'docs:check' | 'an account' | readonly string[];

/** By page, in the order in which the blocks stand there: how a block begins. */
export const PLACES: Readonly<Record<string, Readonly<Record<string, Place>>>> = {
  'CONTRIBUTING.md': {
    'npm ci\nnpm test': ['npm ci', 'npm run build'],
  },
  'README.md': {
    'npm ci && npm run demo': ['npm ci', 'npm run demo', 'npm run build'],
    'npm install cdk-lightsail-snapshots': ['npm run examples'],
  },
  'docs/backup.md': {
    'aws lightsail get-instance-snapshots --query': 'docs:check',
    '# what there is of web-1': 'docs:check',
    'aws lightsail get-instance-snapshot ': 'an account',
    'aws lightsail create-instances-from-snapshot': 'docs:check',
    'aws stepfunctions start-execution': 'docs:check',
    'aws stepfunctions list-executions': 'an account',
    'aws lightsail get-instances --region': 'an account',
    'for region in': 'docs:check',
  },
  'docs/costs.md': {
    'OWNER="tags': 'docs:check',
    'OWNER="Tags': 'docs:check',
    'aws cloudformation describe-stacks': 'docs:check',
    'aws lightsail delete-instance-snapshot': 'docs:check',
  },
  'docs/living-with-it.md': {
    'npm install cdk-lightsail-snapshots@latest': 'an account',
    'aws lightsail get-instance-snapshots': 'an account',
  },
  'docs/security-review.md': {
    'aws lambda put-function-concurrency': 'an account',
  },
  'docs/troubleshooting.md': {
    'STACK=': 'docs:check',
    'aws cloudformation describe-stack-events': 'docs:check',
    'aws stepfunctions list-executions': 'docs:check',
    'REQUEST_ID=': 'docs:check',
    'aws dynamodb get-item': 'docs:check',
    'aws stepfunctions get-execution-history': 'docs:check',
  },
  'test/integ/README.md': {
    'npm ci\nnpx cdk bootstrap': 'an account',
  },
};

/** The key under which a block stands in the list of its page. */
export function keyOf(page: string, text: string): string | undefined {
  return Object.keys(PLACES[page] ?? {}).find(key => text.startsWith(key));
}
