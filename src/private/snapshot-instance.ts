/** The attributes of one of the instances made from a snapshot. */
import { AttributeSource } from './snapshot-attributes';
import { ISnapshotInstance } from '../snapshot-instance';

/** One of the instances: each attribute has its index behind its name. */
export class SnapshotInstance implements ISnapshotInstance {
  constructor(private readonly resource: AttributeSource, private readonly index: number) {}

  public get instanceName(): string { return this.attribute('Name'); }
  public get instanceArn(): string { return this.attribute('Arn'); }
  public get supportCode(): string { return this.attribute('SupportCode'); }
  public get createdAt(): string { return this.attribute('CreatedAt'); }
  public get state(): string { return this.attribute('State'); }
  public get publicIpAddress(): string { return this.attribute('PublicIpAddress'); }
  public get privateIpAddress(): string { return this.attribute('PrivateIpAddress'); }
  public get ipv6Address(): string { return this.attribute('Ipv6Address'); }
  public get username(): string { return this.attribute('Username'); }
  public get blueprintId(): string { return this.attribute('BlueprintId'); }
  public get bundleId(): string { return this.attribute('BundleId'); }
  public get keyPairName(): string { return this.attribute('KeyPairName'); }
  public get ipAddressType(): string { return this.attribute('IpAddressType'); }
  public get attachedDiskNames(): string[] { return this.resource.list(`DiskNames.${this.index}`); }
  public get staticIpName(): string { return this.attribute('StaticIpName'); }

  private attribute(name: string): string {
    return this.resource.attribute(`${name}.${this.index}`);
  }
}
