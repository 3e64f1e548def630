import { IConstruct } from 'constructs';
import type { Selection, SourceType } from './functions/backup/contract';
import { checkNoToken, checkTagPattern } from './private/backup-checks';
import { checkGiven } from './private/given';
import { matchableTypes } from './private/selection-cases';
import { checkName, validationError } from './private/validate';

/**
 * Which instances and block storage disks a backup plan takes snapshots of, in the region of its stack. It is looked at anew in each run,
 * so a new instance with the right tags is in the next one.
 *
 * `and` takes what both match, `or` what one of them matches. (In AWS Backup several tags are always "or".) They are applied in the
 * order in which they are written: `a.or(b).and(c)` is "a or b, and c as well".
 *
 * @example
 * // production web servers, but for those that say so themselves
 * BackupSelection.instancesTagged('environment', 'production')
 *   .and(BackupSelection.instancesTagged('role', 'web*'))
 *   .exceptTagged('no-backup');
 *
 * // all instances, and two disks
 * BackupSelection.allInstances().or(BackupSelection.disks('data-1', 'data-2'));
 */
export class BackupSelection {
  /**
   * Instances with a tag.
   *
   * @param key key of the tag
   * @param value its value, in which `*` stands for any characters; without it any value will do, and a key-only tag
   */
  public static instancesTagged(key: string, value?: string): BackupSelection {
    return new BackupSelection({ and: [{ type: 'Instance' }, { tag: { key, value } }] });
  }

  /**
   * Instances by their names.
   *
   * @param names exact names. One that does not exist is no error at synthesis, and fails the run, which names it
   */
  public static instances(...names: string[]): BackupSelection {
    return new BackupSelection({ and: [{ type: 'Instance' }, { names }] });
  }

  /** Every instance of the region. */
  public static allInstances(): BackupSelection {
    return new BackupSelection({ type: 'Instance' });
  }

  /**
   * Block storage disks with a tag. The snapshot of an instance holds the disks attached to it already.
   *
   * @param key key of the tag
   * @param value its value, in which `*` stands for any characters; without it any value will do, and a key-only tag
   */
  public static disksTagged(key: string, value?: string): BackupSelection {
    return new BackupSelection({ and: [{ type: 'Disk' }, { tag: { key, value } }] });
  }

  /**
   * Block storage disks by their names. The snapshot of an instance holds the disks attached to it already.
   *
   * @param names exact names. One that does not exist is no error at synthesis, and fails the run, which names it
   */
  public static disks(...names: string[]): BackupSelection {
    return new BackupSelection({ and: [{ type: 'Disk' }, { names }] });
  }

  /** Every block storage disk of the region. The snapshot of an instance holds the disks attached to it already. */
  public static allDisks(): BackupSelection {
    return new BackupSelection({ type: 'Disk' });
  }

  private constructor(private readonly selection: Selection) {}

  /** What both this selection and another one match. */
  public and(other: BackupSelection): BackupSelection {
    return new BackupSelection({ and: [this.selection, other.selection] });
  }

  /** What this selection or another one matches, or both. */
  public or(other: BackupSelection): BackupSelection {
    return new BackupSelection({ or: [this.selection, other.selection] });
  }

  /**
   * What this selection matches, without what has a tag.
   *
   * @param key key of the tag
   * @param value its value, in which `*` stands for any characters; without it any value will do, and a key-only tag
   */
  public exceptTagged(key: string, value?: string): BackupSelection {
    return new BackupSelection({ and: [this.selection, { not: { tag: { key, value } } }] });
  }

  /**
   * What this selection matches, without some names.
   *
   * @param names exact names
   */
  public except(...names: string[]): BackupSelection {
    return new BackupSelection({ and: [this.selection, { not: { names } }] });
  }

  /**
   * The selection as the plan's settings hold it, and the types of what it can match.
   *
   * @internal
   */
  public _bind(scope: IConstruct): { readonly selection: Selection; readonly types: ReadonlySet<SourceType> } {
    check(scope, this.selection);
    const types = matchableTypes(this.selection);
    if (types.size === 0) {
      throw validationError(scope, 'the selection can match nothing: nothing is an instance and a disk, or has two values for one tag. '
        + 'say `or` where one of two is enough');
    }
    return { selection: this.selection, types };
  }
}

function check(scope: IConstruct, selection: Selection): void {
  if ('and' in selection) selection.and.forEach(part => check(scope, part));
  if ('or' in selection) selection.or.forEach(part => check(scope, part));
  if ('not' in selection) check(scope, selection.not);
  if ('names' in selection) checkNames(scope, selection.names);
  if ('tag' in selection) checkTagPattern(scope, 'selection', selection.tag);
}

function checkNames(scope: IConstruct, names: readonly string[]): void {
  checkNoToken(scope, 'the list of names of a selection', names, 'give each name as an argument of its own');
  if (names.length === 0) throw validationError(scope, 'a selection by names has no names. give at least one, or select all');
  names.forEach(name => {
    checkGiven(scope, 'a name of the selection', name);
    checkName(scope, 'a name of the selection', name);
  });
}
