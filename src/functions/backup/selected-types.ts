/** Which types of sources a selection can match. For the function, which lists those, and for the constructs, which permit it to. */
import type { Selection, SourceType } from './contract';

/** Types of which there can be selected ones: the others need not be listed. */
export function selectedTypes(selection: Selection): SourceType[] {
  return (['Instance', 'Disk'] as const).filter(type => canMatch(selection, type));
}

function canMatch(selection: Selection, type: SourceType): boolean {
  if ('and' in selection) return selection.and.every(inner => canMatch(inner, type));
  if ('or' in selection) return selection.or.some(inner => canMatch(inner, type));
  if ('type' in selection) return selection.type === type;
  return true;
}
