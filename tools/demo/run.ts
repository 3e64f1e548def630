/**
 * The main job on a real deployment: the CDK CLI, CloudFormation, Lambda and Step Functions of a local emulator, and a simulated Lightsail.
 * Needs Python and nothing else; leaves no process behind.
 *
 *   npm run demo
 *   npm run demo -- --stay     deploys nothing, and stays for an app of yours to be deployed by hand
 *   npm run demo -- --picture  plays the golden image alone, and draws what it printed into docs/demo.svg
 */
import { writeFileSync } from 'fs';
import { resolve } from 'path';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { backupPlan } from './backup-plan-scenario';
import { Cdk } from './cdk';
import { Checks } from './checks';
import { DemoClock } from './demo-clock';
import { Emulator } from './emulator';
import { goldenImage } from './golden-image-scenario';
import { hurry, WAIT_SCALE } from './hurry';
import { picture, recorded } from './picture';
import { furnishForReadme, README_REGIONS } from './readme-account';
import { readme } from './readme-scenario';
import { release } from './release-scenario';
import { Stage } from './stage';
import { wholeLife } from './whole-life-scenario';
import { LEDGER_CHECKS } from '../../testbed/driver/ledger-suite';
import { Simulator } from '../../testbed/simulator';

/** Where the clock of backup plans begins, and how fast it is. */
const NIGHTS = { from: Date.UTC(2026, 5, 1, 12), speed: 60 };

const SCENARIOS = [goldenImage, release, wholeLife, readme];

/** The emulator's DynamoDB does what the testbed's fake does for the ledger. */
async function ledger(stage: Stage): Promise<void> {
  stage.title('DynamoDB, as the ledger uses it');
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '', AWS_ENDPOINT_URL: endpoint } = stage.emulator.env;
  const client = new DynamoDBClient({ region: stage.emulator.region, endpoint, credentials: { accessKeyId, secretAccessKey } });
  const TableName = 'ledger-suite';
  await client.send(new CreateTableCommand({
    TableName,
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
  }));
  for (const check of LEDGER_CHECKS) {
    const seen = await check.run(client, TableName);
    stage.check(check.what, seen === undefined, () => seen!);
  }
  client.destroy();
}

/** Starts a simulated Lightsail and an emulator that finds it, plays on both, and ends them. */
async function play(checks: Checks, props: { readonly waitScale?: number; readonly clock?: DemoClock }, scenarios: (stage: Stage) => Promise<void>) {
  const log = (line: string) => console.log(`  ${line}`);
  const simulator = await Simulator.start({ now: props.clock?.now });
  try {
    const emulator = await Emulator.start({ ...props, log, lightsail: simulator.url });
    try {
      const stage = new Stage(emulator, simulator, new Cdk(emulator, log), checks);
      await stage.prepare();
      await scenarios(stage);
    } finally {
      await emulator.stop();
    }
  } finally {
    await simulator.stop();
  }
}

async function main() {
  const started = Date.now();
  const checks = new Checks();
  const [alone] = Object.keys(ALONE).filter(option => process.argv.includes(option));
  await play(checks, { waitScale: WAIT_SCALE }, async stage => {
    hurry(stage.simulator);
    if (alone) return ALONE[alone](stage);
    for (const scenario of [...SCENARIOS, ledger]) await scenario(stage);
  });
  if (alone) return;

  const clock = new DemoClock(NIGHTS.from, NIGHTS.speed);
  await play(checks, { clock }, stage => backupPlan(stage, clock));
  checks.report((Date.now() - started) / 1000);
}

/** An account to play with: it has what the README's snippets name, and is gone with this process. */
async function stay({ emulator, simulator }: Stage): Promise<void> {
  furnishForReadme(simulator);
  // the CLI of AWS finds the simulated Lightsail by the last one, so that the commands in the documentation work as they stand there
  const wanted = [...Object.entries(emulator.env).filter(([name]) => name.startsWith('AWS_')), ['AWS_ENDPOINT_URL_LIGHTSAIL', simulator.url]];
  console.log('\nLightsail has what the snippets of README.md name:');
  for (const region of README_REGIONS) {
    const things = [...simulator.region(region).all.values()].map(({ resourceType, name }) => `${resourceType} ${name}`);
    console.log(`  ${region}: ${things.join(', ') || 'nothing'}`);
  }
  console.log('\nIn another shell, in the folder of a CDK app:\n');
  console.log(`export ${wanted.map(([name, value]) => `${name}=${value}`).join(' ')}\nnpx cdk deploy\n`);
  console.log('What there is, in that shell: aws lightsail get-instance-snapshots');
  console.log('The emulator has no NAT gateways: where a snippet takes a vpc, give it');
  console.log("  new ec2.Vpc(this, 'Vpc', { natGateways: 0, restrictDefaultSecurityGroup: false })\nCtrl-C ends it.");
  // the simulator keeps the process alive
  await new Promise(done => process.once('SIGINT', done));
}

async function draw(stage: Stage): Promise<void> {
  const printed = await recorded(() => goldenImage(stage));
  if (printed.some(line => line.includes('✗'))) throw new Error('a check failed, so nothing was drawn');
  writeFileSync(resolve(__dirname, '../../docs/demo.svg'), picture(printed));
}

/** What is done instead of all scenarios. */
const ALONE: Readonly<Record<string, (stage: Stage) => Promise<void>>> = { '--stay': stay, '--picture': draw };

main().catch(error => {
  console.error(`\ndemo failed: ${error.message}`);
  process.exitCode = 1;
});
