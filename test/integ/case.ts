import { App, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as lightsail from 'aws-cdk-lib/aws-lightsail';

/** What a case has to work with: the smallest instance and the smallest disk there are, made by the same stack. */
export interface Case {
  readonly stack: Stack;
  readonly instanceName: string;
  readonly diskName: string;
  readonly availabilityZone: string;
  /** Changes with the second deployment. */
  readonly revision: string;
  /** How many there are to be, where it is about many: more with the second deployment. */
  readonly count: number;
  /** For everything: an account that ran this shall have nothing left of it. */
  readonly removalPolicy: RemovalPolicy;
  /** What is deployed must come to this. The runner wants every output to have a value. */
  output(name: string, value: string): void;
}

/** An app of one stack. The account and the region are the runner's; synthesised without it, the stack is for any. */
export function integCase(name: string, define: (given: Case) => void): void {
  const app = new App();
  const { INTEG_ACCOUNT: account, INTEG_REGION: region } = process.env;
  const stack = new Stack(app, `lightsail-snapshots-integ-${name}`, { env: { account, region } });
  const revision = app.node.tryGetContext('revision') ?? '1';
  const availabilityZone = `${stack.region}a`;
  const instance = new lightsail.CfnInstance(stack, 'Instance', {
    instanceName: `integ-${name}`,
    blueprintId: 'amazon_linux_2023',
    bundleId: 'nano_3_0',
    availabilityZone,
  });
  const disk = new lightsail.CfnDisk(stack, 'Disk', { diskName: `integ-${name}-disk`, sizeInGb: 8, availabilityZone });
  define({
    stack,
    instanceName: instance.ref,
    diskName: disk.ref,
    availabilityZone,
    revision,
    count: revision === '1' ? 1 : 2,
    removalPolicy: RemovalPolicy.DESTROY,
    output: (id, value) => void new CfnOutput(stack, id, { value }),
  });
}
