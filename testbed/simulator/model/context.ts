import type { Options } from '../options';
import type { Model } from './model';
import type { Tag } from './records';
import type { Region } from './region';

/** One call: where, when, with what, and what it touched. */
export interface Context {
  model: Model;
  options: Options;
  region: Region;
  operation: string;
  input: any;
  now: number;
  /** ARN and tags of what the call named or made: what an IAM policy would be evaluated against. */
  resources: { arn: string; tags: Tag[] }[];
}

export type Handler = (c: Context) => object;
