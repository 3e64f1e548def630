/** An instance that was made from a snapshot, as other constructs see it. */

/** One of the instances. What is known of it is as of the last deployment that changed the construct. */
export interface ISnapshotInstance {
  /** Name of the instance. */
  readonly instanceName: string;
  /** ARN of the instance. It ends in an id of Lightsail's, not in the name. */
  readonly instanceArn: string;
  /** Code by which AWS support knows the instance. */
  readonly supportCode: string;
  /** When the instance was made, in the form of ISO 8601, UTC. */
  readonly createdAt: string;
  /** State of the instance: `running`, or `stopped` where that was done after it had been made. */
  readonly state: string;
  /** Public IPv4 address; the static one, if it has one; empty for IPv6 only. */
  readonly publicIpAddress: string;
  /** Private IPv4 address; empty for IPv6 only. */
  readonly privateIpAddress: string;
  /** IPv6 address; empty for IPv4 only. */
  readonly ipv6Address: string;
  /** Name of the user to connect as, such as `ec2-user`. */
  readonly username: string;
  /** Blueprint, such as `wordpress`. */
  readonly blueprintId: string;
  /** Bundle, such as `small_3_0`. */
  readonly bundleId: string;
  /** Name of the key pair. */
  readonly keyPairName: string;
  /** Which addresses it has: `dualstack`, `ipv4` or `ipv6`. */
  readonly ipAddressType: string;
  /** Names of the block storage disks that are attached to it. An empty list if there are none. */
  readonly attachedDiskNames: string[];
  /** Name of the static IP that this construct gave it; empty if it gave none. */
  readonly staticIpName: string;
}
