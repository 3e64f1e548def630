import { IConstruct } from 'constructs';
import { BackupRetention } from './backup-retention';
import type { RegionSettings, RetentionSettings } from './functions/backup/contract';
import { checkNoToken } from './private/backup-checks';
import { checkGiven } from './private/given';
import { checkLightsailRegion } from './private/regions';
import { validationError } from './private/validate';

/** Where a backup plan copies its snapshots to. */
export interface BackupCopyProps {
  /** Region of the copies, such as `eu-west-1`: one that has Lightsail, and another than the plan's. */
  readonly region: string;

  /**
   * Which copies are kept.
   * @default - as of the snapshots in the plan's region
   */
  readonly retention?: BackupRetention;
}

/**
 * Copies of a backup plan's snapshots in another region, for the day on which a region is not there. A copy is made of each snapshot when
 * it is good, has the same name, and outlives it or not by a retention of its own. Copies are billed like snapshots, and so is the
 * transfer between the regions.
 *
 * @example
 * BackupCopy.toRegion({ region: 'eu-west-1', retention: BackupRetention.days(3) });
 *
 * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_CopySnapshot.html
 */
export class BackupCopy {
  /** To another region of the same account. */
  public static toRegion(props: BackupCopyProps): BackupCopy {
    return new BackupCopy(props);
  }

  private constructor(private readonly props: BackupCopyProps) {}

  /**
   * The copy as the plan's settings hold it.
   *
   * @internal
   */
  public _bind(scope: IConstruct, homeRegion: string, retention: RetentionSettings): RegionSettings {
    const { region } = this.props;
    checkGiven(scope, 'region of a copy', region);
    checkNoToken(scope, 'region of a copy', region, 'the permissions name it');
    checkLightsailRegion(scope, 'region of a copy', region);
    if (region === homeRegion) throw validationError(scope, `a copy must be in another region than the plan, got ${region}. leave it out: the plan keeps its snapshots here`);
    return { region, retention: this.props.retention?._bind(scope, `retention of the copies in ${region}`) ?? retention };
  }
}
