import { readFileSync } from 'fs';
import { join } from 'path';
import { App, Stack } from 'aws-cdk-lib';
import { BackupSelection, LightsailBackupPlan } from '../src';

const page = readFileSync(join(__dirname, '..', 'docs', 'costs.md'), 'utf8');

test('what docs/costs.md adds up is right', () => {
  const sums = [...page.matchAll(/([\d(][\d.()+× ]*[\d)]) = (\d+(?:\.\d+)?)/g)].map(([sum, left, right]) => {
    const value: number = new Function(`return ${left.replaceAll('×', '*')}`)();
    return { sum, is: `${left} = ${value.toFixed(right.split('.')[1]?.length ?? 0)}` };
  });
  expect(sums.map(({ is }) => is)).toEqual(sums.map(({ sum }) => sum));
  expect(sums).toHaveLength(19);
});

test('the default retention keeps as many as it says', () => {
  const stack = new Stack(new App(), 'Stack', { env: { region: 'us-east-1' } });
  const plan = new LightsailBackupPlan(stack, 'Plan', { planName: 'nightly', selection: BackupSelection.instancesTagged('backup') });
  expect(page).toContain(`default retention, which keeps ${plan.snapshotsPerSource} snapshots`);
});

test('the commands count with the prices of the table', () => {
  const [snapshot, disk, ebs] = ['Lightsail snapshot', 'Lightsail disk', 'EBS snapshot'].map(what => new RegExp(`^\\| ${what}.*?\\| ([\\d.]+) for`, 'm').exec(page)![1]);
  const commands = page.slice(page.indexOf('## What is kept'));
  expect([...commands.matchAll(/'([\d.]+)'\]/g)].map(([, price]) => price)).toEqual([snapshot, snapshot, disk]);
  expect(commands).toContain(`gb * ${ebs} }`);
});
