import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { dist, EXAMPLES, LOCAL, MAVEN_REPOSITORY, OUT, pack, packed, pacmak, PROJECT } from './package';
import { requireTool, run, Run } from './shell';
import { differences, templatesIn } from './template';

/** A language other than TypeScript: how its package is made, and how an app that uses it is built and run. */
export class Language {
  constructor(
    readonly name: string,
    private readonly folder: string,
    /** Refuses to begin where a tool is missing. */
    readonly require: () => void,
    /** Makes the package, and whatever else is needed once. */
    readonly prepare: () => Promise<void>,
    private readonly build: (here: Run) => Promise<void>,
  ) {}

  topics(): string[] {
    return readdirSync(join(EXAMPLES, this.folder));
  }

  /** Builds and synthesises a topic, and compares what comes out with TypeScript's. */
  async check(topic: string): Promise<string> {
    const here = join(LOCAL, this.folder, topic);
    rmSync(here, { recursive: true, force: true });
    cpSync(join(EXAMPLES, this.folder, topic), here, { recursive: true });
    const outdir = join(OUT, this.folder, topic);
    await this.build({ cwd: here, env: { CDK_OUTDIR: outdir } });
    const different = differences(join(OUT, 'typescript', topic), outdir);
    if (different.length > 0) throw new Error(different.join('\n'));
    const lines = JSON.stringify(templatesIn(outdir)).length;
    return `${lines} bytes`;
  }
}

const VENV = join(LOCAL, 'venv');
/** Has the package and the CDK once a topic was checked. */
export const PYTHON = join(VENV, 'bin', 'python');

export const python = new Language('Python', 'python',
  () => requireTool('python3', '--version', /3\.(\d+)/, 10, 'Python examples need Python 3.10 or newer'),
  async () => {
    if (!existsSync(PYTHON)) await run({ cwd: LOCAL }, 'python3', '-m', 'venv', VENV);
    await pack('python');
  },
  async here => {
    await run(here, PYTHON, '-m', 'pip', 'install', '--quiet', '--force-reinstall', '--no-deps', packed('python', '.whl'));
    await run(here, PYTHON, '-m', 'pip', 'install', '--quiet', packed('python', '.whl'), '-r', 'requirements.txt');
    await run(here, PYTHON, 'app.py');
  });

export const java = new Language('Java', 'java',
  () => {
    requireTool('javac', '-version', /javac (\d+)/, 17, 'Java examples need a JDK of version 17 or newer');
    requireTool('mvn', '--version', /Maven (\d+)/, 3, 'Java examples need Maven 3');
  },
  async () => {
    // Maven never looks again for a version that it has
    rmSync(join(MAVEN_REPOSITORY, 'io', 'github', 'example'), { recursive: true, force: true });
    await pack('java');
  },
  async here => {
    const settings = join(LOCAL, 'maven-settings.xml');
    writeFileSync(settings, `<settings><profiles><profile><id>packed</id><repositories><repository><id>packed</id>
      <url>file://${dist('java')}</url></repository></repositories></profile></profiles>
      <activeProfiles><activeProfile>packed</activeProfile></activeProfiles></settings>`);
    await run(here, 'mvn', '-B', '-q', '-gs', settings, `-Dmaven.repo.local=${MAVEN_REPOSITORY}`, 'compile', 'exec:java');
  });

export const golang = new Language('Go', 'go',
  () => requireTool('go', 'version', /go1\.(\d+)/, 25, 'Go examples need Go 1.25 or newer'),
  async () => {
    await pack('go', true);
    for (const { name, home } of goCdk()) {
      if (!existsSync(home)) await pacmak('go', join('node_modules', name), home, true);
    }
  },
  async here => {
    for (const folder of [dist('go'), ...goCdk().map(({ home }) => join(home, 'go'))]) {
      const [module] = readdirSync(folder);
      const [, path] = /^module (\S+)/m.exec(readFileSync(join(folder, module, 'go.mod'), 'utf8'))!;
      await run(here, 'go', 'mod', 'edit', `-replace=${path}=${join(folder, module)}`);
    }
    await run(here, 'go', 'mod', 'tidy');
    await run(here, 'go', 'run', '-p', '2', '.');
  });

/**
 * The CDK's Go modules, and where they are kept. They are too large for some module proxies, so they are made as AWS makes them: by
 * jsii-pacmak, from the packages in node_modules.
 */
function goCdk(): { name: string; home: string }[] {
  const names = ['aws-cdk-lib', ...Object.keys(manifest('aws-cdk-lib').dependencies).filter(name => name.startsWith('@aws-cdk/'))];
  return names.map(name => ({ name, home: join(LOCAL, 'go-cdk', `${name.replace('/', '-')}-${manifest(name).version}`) }));
}

function manifest(name: string): { version: string; dependencies: Record<string, string> } {
  return JSON.parse(readFileSync(join(PROJECT, 'node_modules', name, 'package.json'), 'utf8'));
}
