import { resolve } from 'path';
import { Cdk, CdkResult, CdkRun } from './cdk';
import { exportInto } from './emulated-ec2';
import { Emulator } from './emulator';
import { README_REGIONS } from './readme-account';
import { Simulator } from '../../testbed/simulator';

/** Share of the usual durations that the simulated Lightsail takes, so that nobody waits for minutes. */
const HASTE = 0.03;

/** What scenes play on: the emulator, the simulator, the CDK CLI, and a book of what was to be seen and was. */
export class Stage {
  private passed = 0;
  private readonly failed: string[] = [];
  private readonly outputs: Record<string, string>[] = [];

  constructor(readonly emulator: Emulator, readonly simulator: Simulator, private readonly cdk: Cdk) {}

  async prepare(): Promise<void> {
    for (const key of Object.keys(this.simulator.durations) as (keyof Simulator['durations'])[]) this.simulator.durations[key] *= HASTE;
    this.title('cdk bootstrap');
    const { exitCode, output } = await this.cdk.bootstrap(README_REGIONS);
    if (exitCode !== 0) throw new Error(`cdk bootstrap failed:\n${output}`);
    this.simulator.onExport = exportInto(this.emulator);
  }

  title(text: string): void {
    console.log(`\n${text}`);
  }

  async deploy(title: string, app: string, context: Record<string, string>, more?: Partial<CdkRun>): Promise<CdkResult> {
    this.title(title);
    const result = await this.cdk.deploy({ ...this.runOf(app, context), ...more });
    for (const outputs of Object.values(result.outputs)) this.outputs.push({ after: title, ...outputs });
    return result;
  }

  async diff(title: string, app: string, context: Record<string, string>): Promise<CdkResult> {
    this.title(title);
    return this.cdk.diff(this.runOf(app, context));
  }

  async destroy(title: string, app: string, context: Record<string, string>, more?: Partial<CdkRun>): Promise<CdkResult> {
    this.title(title);
    return this.cdk.destroy({ ...this.runOf(app, context), ...more });
  }

  /** Notes whether something is as it should be. */
  check(what: string, good: boolean, otherwise: () => string = () => ''): void {
    console.log(`  ${good ? '✓' : '✗'} ${what}`);
    if (good) this.passed++;
    else this.failed.push(`${what}\n${otherwise()}`);
  }

  report(seconds: number): void {
    console.log('\nOutputs');
    for (const { after, ...outputs } of this.outputs) {
      console.log(`  ${after}`);
      const width = Math.max(...Object.keys(outputs).map(name => name.length));
      for (const [name, value] of Object.entries(outputs)) console.log(`    ${name.padEnd(width)}  ${value}`);
    }
    for (const failure of this.failed) console.log(`\n✗ ${failure}`);
    console.log(`\ndemo: ${this.passed} passed, ${this.failed.length} failed, in ${seconds.toFixed(0)} s`);
    if (this.failed.length > 0) process.exitCode = 1;
  }

  private runOf(app: string, context: Record<string, string>) {
    return {
      app: resolve(__dirname, `${app}.ts`),
      context,
      env: {
        TSX_TSCONFIG_PATH: resolve(__dirname, '../../examples/typescript/tsconfig.json'),
        CDK_VALIDATION: 'false',
      },
    };
  }
}
