/** What it means when the host of a region does not resolve: a hiccup, or a region without Lightsail. */
import { TerminalError } from './errors';
import { REGIONS } from './regions';

/** Milliseconds for which a host that does not resolve may be a hiccup, even in a region that this version knows nothing of. */
const HICCUP = 180_000;

/** How Node tells that a name does not resolve. */
const UNRESOLVED = /\b(?:ENOTFOUND|EAI_AGAIN) lightsail\.([a-z0-9-]+)\./;

/** The region whose host did not resolve when it was called. */
export function unresolvedRegion(error: unknown): string | undefined {
  return UNRESOLVED.exec((error as Error).message)?.[1];
}

/**
 * Whether a region is certain to have no Lightsail: its host has not resolved for minutes, and this version knows none there. Nothing can have
 * been made in it. A known region's host that does not resolve is a hiccup, however long it takes.
 *
 * @param milliseconds since its host first did not resolve, and has not since
 */
export function isWithoutLightsail(region: string, milliseconds: number): boolean {
  return !REGIONS.includes(region) && milliseconds >= HICCUP;
}

/** For the user, of a region that is without Lightsail. */
export function noLightsail(region: string): TerminalError {
  return new TerminalError(`lightsail is not in ${region}: its host there has not resolved for minutes, and this version knows it in ${REGIONS.join(', ')}. `
    + 'deploy the stack in one of these, and copy snapshots of other regions with SnapshotCopy');
}
