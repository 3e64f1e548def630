import type { Tag } from './model/records';

/** One call as it arrived, and how it was answered. */
export interface Call {
  service: 'lightsail' | 'ec2';
  operation: string;
  region: string;
  accessKeyId: string;
  input: any;
  /** Milliseconds of the simulator's clock. */
  at: number;
  /** ARN and tags (before the call) of the things that the call named, and of those it made. */
  resources: { arn: string; tags: Tag[] }[];
  /** Name of the error, or of the fault that cut the connection. */
  error?: string;
}
