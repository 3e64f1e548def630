/** Tags of snapshots and copies: the plan's own first, then as many of the user's as Lightsail takes. */
import type { Child } from './child';
import { Tag, toTags } from '../../aws/ownership';
import { MAX_USER_TAGS, TAGS } from '../contract';
import { planTag, slotTime } from '../names';
import type { Snapshot } from '../snapshots';

/** Tags that only Lightsail, or only this library, gives. */
const RESERVED = /^(aws:|cdk-lightsail-snapshots:)/;

/** Tags of a snapshot. Those of the source are given where the plan copies them. */
export function originalTags(child: Child, source: string, sourceTags: readonly Tag[] = []): Tag[] {
  const { plan, slot, keepFor } = child;
  const user = { ...userTags(sourceTags), ...plan.snapshotTags };
  return [
    ...toTags({
      [TAGS.plan]: planTag(plan),
      [TAGS.slot]: slot,
      [TAGS.type]: 'original',
      ...keepFor > 0 && { [TAGS.keepUntil]: new Date(slotTime(slot)! + keepFor * 1000).toISOString() },
    }),
    ...limited(child, source, toTags(user)),
  ];
}

/** Tags of a copy: its original's, and what both were taken of. */
export function copyTags(child: Child, source: string, original: Snapshot): Tag[] {
  const keepUntil = original.tags.filter(({ key }) => key === TAGS.keepUntil);
  return [
    ...toTags({
      [TAGS.plan]: planTag(child.plan),
      [TAGS.slot]: child.slot,
      [TAGS.type]: 'copy',
      ...original.fromArn && { [TAGS.source]: original.fromArn },
    }),
    ...keepUntil,
    ...limited(child, source, toTags(userTags(original.tags))),
  ];
}

function userTags(tags: readonly Tag[]): Record<string, string> {
  return Object.fromEntries(tags.filter(({ key }) => !RESERVED.test(key!)).map(({ key, value }) => [key!, value ?? '']));
}

function limited(child: Child, source: string, tags: Tag[]): Tag[] {
  if (tags.length > MAX_USER_TAGS) child.log(source, { notice: 'tags left out: a snapshot has at most 50', tags: tags.slice(MAX_USER_TAGS) });
  return tags.slice(0, MAX_USER_TAGS);
}
