import { resolve } from 'path';
import { Cdk, CdkResult, CdkRun } from './cdk';
import { Checks } from './checks';
import { exportInto } from './emulated-ec2';
import { Emulator } from './emulator';
import { README_REGIONS } from './readme-account';
import { Simulator } from '../../testbed/simulator';

/** What scenarios run on: the emulator, the simulator, the CDK CLI, and the checks of what was to be seen and was. */
export class Stage {
  constructor(readonly emulator: Emulator, readonly simulator: Simulator, private readonly cdk: Cdk, private readonly checks: Checks) {}

  async prepare(): Promise<void> {
    this.title('cdk bootstrap');
    const { exitCode, output } = await this.cdk.bootstrap(README_REGIONS);
    if (exitCode !== 0) throw new Error(`cdk bootstrap failed:\n${output}`);
    this.simulator.onExport = exportInto(this.emulator);
  }

  title(text: string): void {
    console.log(`\n${text}`);
  }

  say(text: string): void {
    console.log(text.replace(/^/gm, '  '));
  }

  async deploy(title: string, app: string, context: Record<string, string>, more?: Partial<CdkRun>): Promise<CdkResult> {
    this.title(title);
    const result = await this.cdk.deploy({ ...this.runOf(app, context), ...more });
    for (const outputs of Object.values(result.outputs)) this.checks.addOutputs(title, outputs);
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
    this.checks.check(what, good, otherwise);
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
