/** Which sources a plan's selection means. */
import type { Selection } from './contract';
import { hasTag } from './names';
import type { Source } from './source';

export function isSelected(selection: Selection, source: Pick<Source, 'type' | 'name' | 'tags'>): boolean {
  if ('and' in selection) return selection.and.every(inner => isSelected(inner, source));
  if ('or' in selection) return selection.or.some(inner => isSelected(inner, source));
  if ('not' in selection) return !isSelected(selection.not, source);
  if ('type' in selection) return selection.type === source.type;
  if ('names' in selection) return selection.names.includes(source.name);
  return hasTag(source.tags, selection.tag);
}

/** Names that the selection gives, those left out excepted: each of them should be there. */
export function selectedNames(selection: Selection): string[] {
  if ('and' in selection) return selection.and.flatMap(selectedNames);
  if ('or' in selection) return selection.or.flatMap(selectedNames);
  return 'names' in selection ? [...selection.names] : [];
}
