/** What is asked of an event before anything is done about it: that it is of this stack, and that its answer goes to AWS. */

import { TerminalError } from '../../aws/errors';

/** Whose addresses CloudFormation gives: its own buckets, `cloudformation-custom-resource-response-useast1.s3.us-east-1.amazonaws.com`. */
const AWS_HOST = /\.amazonaws\.com$/;

/**
 * Whether an answer may be sent to an address. Answers hold names and addresses of the user's, and a reason.
 *
 * @param testHost host that is accepted besides, by any protocol
 */
export function isResponseUrl(url: string, testHost?: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return (protocol === 'https:' && AWS_HOST.test(hostname)) || (testHost !== undefined && hostname === testHost);
}

/** Throws for an event of another stack: what it asks for would be tagged as that stack's, which the function's role does not permit. */
export function checkStack(stackId: unknown, ownStackId: string | undefined): void {
  if (ownStackId === undefined || stackId === ownStackId) return;
  throw new TerminalError(`this function serves the stack ${ownStackId} only. `
    + 'use the provider of the stack that the resource is in: SnapshotProvider.getOrCreate gives it');
}
