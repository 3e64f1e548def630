/** Names of a group's members. */
import { HandlerContext } from './resource-handler';
import { wholeNumber } from './values';
import { TerminalError } from '../../aws/errors';
import { GroupProperties, MAX_MEMBERS } from '../contract';

/** Names that the members are to have. */
export function namesOf(props: GroupProperties, id: string): string[] {
  if (props.Names) {
    const twice = props.Names.find((name, index) => props.Names!.indexOf(name) !== index);
    if (twice !== undefined) throw new TerminalError(`names must differ from each other, got '${twice}' more than once`);
    if (props.Names.length === 0 || props.Names.includes('')) throw new TerminalError(`names must not be empty, got ${JSON.stringify(props.Names)}`);
    return [...props.Names];
  }
  const count = wholeNumber('Count', props.Count ?? 1, 1, MAX_MEMBERS);
  return Array.from({ length: count }, (_, index) => `${id}-${index + 1}`);
}

/** The same, and none where the properties are wrong: what made nothing has none. */
export function knownNames(props: GroupProperties, id: string): string[] {
  try {
    return namesOf(props, id);
  } catch {
    return [];
  }
}

/** Names that the members had before a change in place. */
export function namesBefore({ request, oldProps }: HandlerContext<GroupProperties>): string[] {
  const inPlace = request.requestType === 'Update' && request.previousId === request.id;
  return inPlace ? knownNames(oldProps as GroupProperties, request.id) : [];
}

export function quote(names: readonly string[]): string {
  return names.map(name => `'${name}'`).join(', ');
}
