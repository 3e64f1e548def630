/** A disk that was made from a snapshot, as other constructs see it. */

/** One of the disks. What is known of it is as of the last deployment that changed the construct. */
export interface ISnapshotDisk {
  /** Name of the disk. */
  readonly diskName: string;
  /** ARN of the disk. It ends in an id of Lightsail's, not in the name. */
  readonly diskArn: string;
  /** Code by which AWS support knows the disk. */
  readonly supportCode: string;
  /** When the disk was made, in the form of ISO 8601, UTC. */
  readonly createdAt: string;
  /** State of the disk: `available`, or `in-use` where it has been attached since it was made. */
  readonly state: string;
  /**
   * Size in GB.
   *
   * It is known at deployment only and stands in the app as a token. Give it as a number, with `Token.asString()` in a text, or as
   * `Size.gibibytes()`. Do not calculate or compare: `sizeInGb + 10` comes out without the ten, `sizeInGb * 2` as a huge negative number, and no
   * error says so. CloudFormation cannot calculate, so what is to be larger needs a number of your own.
   */
  readonly sizeInGb: number;
  /**
   * Input and output operations per second.
   *
   * It is known at deployment only and stands in the app as a token. Give it as a number, or with `Token.asString()` in a text. Do not calculate
   * or compare: `iops + 100` comes out without the hundred, and no error says so.
   */
  readonly iops: number;
  /** Where it is attached, such as `/dev/xvdf`; empty if it is not. */
  readonly path: string;
  /** Name of the instance that it is attached to; empty if it is not. */
  readonly attachedTo: string;
}
