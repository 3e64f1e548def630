import { join } from 'path';
import { furnishForReadme, README_REGIONS } from './readme-account';
import { readmeSnippets, writeReadmeApp } from './readme-snippets';
import { Stage } from './stage';

/** Every snippet of the README, as it stands there: deployed, each in a stage of its own, and removed again. */
export async function readme(stage: Stage): Promise<void> {
  const { emulator, simulator } = stage;
  simulator.reset();
  furnishForReadme(simulator);
  // snippets wait for exports one after another, and this is not about waiting
  const { export: usual } = simulator.durations;
  simulator.durations.export = usual / 4;
  const snippets = readmeSnippets();
  const app = writeReadmeApp(join(emulator.home, 'readme'), snippets, emulator.region);
  // all at once, so that one which fails keeps no other from being tried
  const all = { stacks: ['**'], args: ['--concurrency', '50'], isQuiet: true };

  const made = await stage.deploy(`cdk deploy: the ${snippets.length} snippets of the README`, app, {}, all);
  for (const { name, id } of snippets) {
    const lines = made.output.split('\n').filter(line => line.includes(`${id}/`));
    stage.check(`README, ${name}`, lines.some(line => line.startsWith('✅')) && !lines.some(line => line.startsWith('❌')), () => lines.join('\n'));
  }
  stage.check('the CLI is content', made.exitCode === 0, () => made.output);

  const destroyed = await stage.destroy('cdk destroy: all of them', app, {}, all);
  const left = await Promise.all(README_REGIONS.map(region => stacksIn(region)));
  stage.check('all of their stacks are gone', destroyed.exitCode === 0 && left.flat().join() === 'CDKToolkit,CDKToolkit,CDKToolkit', () => destroyed.output);
  simulator.durations.export = usual;

  async function stacksIn(region: string): Promise<string[]> {
    const answer = await emulator.query('cloudformation', 'DescribeStacks', '2010-05-15', {}, region);
    return [...answer.matchAll(/<StackName>([^<]+)/g)].map(([, name]) => name);
  }
}
