/** All that the engine touches outside itself, so that tests can put it into an environment of their own. */
import type { Clients } from '../aws/clients';
import type { Clock } from '../aws/environment';

export type { Clock, InvocationContext } from '../aws/environment';

export interface Environment extends Clients {
  /** Where the stack is. */
  readonly region: string;
  /** ARN of the state machine that waits. */
  readonly clockArn: string;
  /** Name of the table that holds the ledger. */
  readonly ledgerTable: string;
  /** Id of the stack whose events are taken. @default - those of every stack */
  readonly stackId?: string;
  /** Host that answers may go to beside AWS's. @default - none */
  readonly testResponseHost?: string;
  readonly clock: Clock;
  /** From 0 to 1, for jitter and tokens. */
  random(): number;
  /** PUTs a body and gives the status. Throws when there is no answer at all. */
  put(url: string, body: string): Promise<number>;
  log(entry: Record<string, unknown>): void;
}
