/** Which sources a plan's selection means. */
import type { Selection, SourceType } from './contract';
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

/** A name that a selection gives, and the type that the selection gives with it. */
export interface NamedSource {
  readonly type?: SourceType;
  readonly name: string;
}

/** Names that the selection gives, those left out excepted: each of them should be there, as what the selection takes it for. */
export function selectedNames(selection: Selection, type?: SourceType): NamedSource[] {
  if ('and' in selection) {
    const typed = selection.and.find(part => 'type' in part);
    return selection.and.flatMap(part => selectedNames(part, typed?.type ?? type));
  }
  if ('or' in selection) return selection.or.flatMap(part => selectedNames(part, type));
  return 'names' in selection ? selection.names.map(name => ({ type, name })) : [];
}
