/** What a request remembers of its export, which has no name, no tags and no token: a second one is made as soon as it is asked for again. */
import { SnapshotExportProperties } from '../../contract';
import { States } from '../../engine/polling';
import { HandlerContext } from '../resource-handler';

export type ExportContext = HandlerContext<SnapshotExportProperties>;

export interface Checkpoint {
  /** ARN of the snapshot. */
  source?: string;
  /** Milliseconds since 1970: records of before are older. Set before the export is asked for. */
  after?: number;
  /** When a call was made of which no answer is known. Stored before the call. */
  callingAt?: number;
  /** When Lightsail says that the export began, under which operations, and the record's name where that is known. */
  requestedAt?: number;
  operations?: string[];
  record?: string;
  /** Records that turned out to be of others. */
  othersRecords?: string[];
  /** When the snapshot, and what came of it in EC2, was missed for the first time. */
  missed?: number;
  unseen?: number;
  /** All is done, and tagged. */
  complete?: true;
  /** The request whose export was tagged, to be removed. */
  adopted?: string;
  /** Since when an EBS snapshot could not be removed because an image holds it. */
  heldSince?: number;
}

/** What the next request for the same export takes up. */
export const CARRIED_OVER: readonly (keyof Checkpoint)[] = ['source', 'after', 'callingAt', 'requestedAt', 'operations', 'record', 'othersRecords', 'complete'];

export const STATES: States = { pending: ['Started'], target: ['Succeeded'], failed: ['Failed'] };

export function checkpointOf({ request }: ExportContext): Checkpoint {
  return request.checkpoint as Checkpoint;
}
