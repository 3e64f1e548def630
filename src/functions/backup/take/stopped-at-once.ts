/** How many instances a child has stopped at the same time: no more than it has calls for, since each call waits for the plan's rate. */
import type { Child } from './child';
import type { SourceProgress } from './progress';
import { waitsForSnapshot } from './start';

/** Calls for an instance that is stopped: tag, stop, snapshot, start, untag. */
const CALLS = 5;

/**
 * Milliseconds from the tag to its removal when few others have calls to make: an instance needs about two minutes to stop and to start. Less
 * would leave turns unused, so that a run takes longer; more would make instances wait for each other while they are down.
 */
const HELD_FOR = 200_000;

/**
 * The sources with which a child goes on, in the order in which they get its turns: those that are down, those that are to be stopped, and last
 * those that only wait. Of these there may be so many that their looks would leave no turn to the others.
 */
export function inTurn(child: Child, sources: readonly SourceProgress[]): SourceProgress[] {
  const down = sources.filter(isDown);
  const others = sources.filter(source => !isDown(source));
  const begun = others.filter(source => !isNew(source) || !child.isDue(source));
  const toBegin = others.filter(source => isNew(source) && child.isDue(source)).slice(0, placesLeft(child, sources));
  return [...down, ...begun.filter(hasToStop), ...toBegin, ...begun.filter(source => !hasToStop(source))];
}

/** How many more may be stopped. After the windows nothing is stopped. */
function placesLeft(child: Child, sources: readonly SourceProgress[]): number {
  if (!child.plan.stop || child.type !== 'Instance' || child.isOver) return Infinity;
  const most = Math.max(1, Math.round(HELD_FOR / (CALLS * child.pace.callInterval)));
  // those that wait for their snapshot need hardly any calls
  const held = sources.filter(source => source.heldSince !== undefined && !waitsForSnapshot(source));
  return Math.max(0, most - held.length);
}

const isDown = (source: SourceProgress) => source.heldSince !== undefined && source.stoppedSince !== undefined && !waitsForSnapshot(source);

/** It has its tag or schedule, and runs. */
const hasToStop = ({ phase, heldSince }: SourceProgress) => phase === 'begin' && heldSince !== undefined;

const isNew = ({ phase, heldSince }: SourceProgress) => phase === 'begin' && heldSince === undefined;
