/** The attributes of one of the disks made from a snapshot. */
import { Token } from 'aws-cdk-lib';
import { AttributeSource } from './snapshot-attributes';
import { ISnapshotDisk } from '../snapshot-disk';

/** One of the disks: each attribute has its index behind its name. */
export class SnapshotDisk implements ISnapshotDisk {
  constructor(private readonly resource: AttributeSource, private readonly index: number) {}

  public get diskName(): string { return this.attribute('Name'); }
  public get diskArn(): string { return this.attribute('Arn'); }
  public get supportCode(): string { return this.attribute('SupportCode'); }
  public get createdAt(): string { return this.attribute('CreatedAt'); }
  public get state(): string { return this.attribute('State'); }
  public get sizeInGb(): number { return Token.asNumber(this.attribute('SizeInGb')); }
  public get iops(): number { return Token.asNumber(this.attribute('Iops')); }
  public get path(): string { return this.attribute('Path'); }
  public get attachedTo(): string { return this.attribute('AttachedTo'); }

  private attribute(name: string): string {
    return this.resource.attribute(`${name}.${this.index}`);
  }
}
