/** What a plan may back up: an instance or a disk, in one shape. */
import type { SourceType } from './contract';
import type { Tag } from '../aws/ownership';

export interface Source {
  readonly type: SourceType;
  readonly name: string;
  readonly arn: string;
  readonly tags: readonly Tag[];
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Of an instance. */
  readonly state?: string;
  readonly hasStaticIp?: boolean;
}
