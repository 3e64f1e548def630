import { RemovalPolicy, Stack, StackProps } from 'aws-cdk-lib';
import { BackupRetention, BackupSelection, LightsailBackupPlan, LightsailInstanceSnapshot } from 'cdk-lightsail-snapshots';
import { Construct } from 'constructs';

export interface ManyServersStackProps extends StackProps {
  readonly instanceNames: string[];
  /** Change it to take a snapshot of each server before a release. */
  readonly release: string;
}

/** Thirty servers: one snapshot of each before a release, and the last five nights of each by a plan. */
export class ManyServersStack extends Stack {
  constructor(scope: Construct, id: string, props: ManyServersStackProps) {
    super(scope, id, props);

    // one function takes all of them side by side, and each further server is one more resource
    for (const instanceName of props.instanceNames) {
      new LightsailInstanceSnapshot(this, `Before-${instanceName}`, {
        instanceName,
        revision: props.release,
        removalPolicy: RemovalPolicy.DESTROY, // only the one of the current release
      });
    }

    // to keep the last so many is for a plan: a construct keeps one, or all
    new LightsailBackupPlan(this, 'Nightly', {
      planName: 'shop',
      selection: BackupSelection.instances(...props.instanceNames),
      retention: BackupRetention.keep({ last: 5 }),
    });
  }
}
