/**
 * What Lightsail's sentences mean. It has few names for errors, and what sets one case apart from another are the words alone:
 * those that were recorded or documented come first, in the order in which they are looked at, and general ones after them.
 * Every pattern of more than one word has its spaces, which no name in a sentence has.
 */

/** `final`: trying again changes nothing. `not now`: it passes. */
export type Meaning = 'final' | 'not now' | 'not found' | 'name taken';

export interface KnownText {
  readonly says: RegExp;
  readonly means: Meaning;
  /** What the user can do about it, where the call has no better advice. */
  readonly advice?: string;
}

export const KNOWN_TEXTS: readonly KnownText[] = [
  // quotas and plans ask to "try again later", which helps nobody
  {
    says: /maximum limit of Lightsail Instances|reached the maximum number of instances/i,
    means: 'final',
    advice: "the account's quota of instances in this region is used up: delete what is not needed, ask for more in Service Quotas, or write to AWS Support. "
      + 'a new account often has a quota of 0, and waiting does not raise it',
  },
  {
    says: /can ?not create an instance using this Lightsail plan size/i,
    means: 'final',
    advice: 'the account may not have plans of this size yet, and nothing made from a snapshot has a smaller plan than its source: ask AWS Support to allow it',
  },
  {
    says: /reached the limit of disks|maximum size limit of all disks/i,
    means: 'final',
    advice: "the account's quota of disks in this region is used up: delete what is not needed, ask for more in Service Quotas, or write to AWS Support",
  },
  { says: /size of a block storage disk must be between/i, means: 'final' },
  { says: /specified bundle does not exist/i, means: 'final' },
  { says: /already in use:/i, means: 'name taken' },
  { says: /disk is still attached to a Lightsail instance/i, means: 'not now' },
  { says: /can't detach this disk right now/i, means: 'not now' },

  {
    says: /(reached|exceeded|exceeds) (your|the|its|a) |maximum number of|limit(ed)? (of|to|exceeded)|quota (of|for|is|exceeded)/i,
    means: 'final',
    advice: "the account's quota in this region is used up: delete what is not needed, or ask for more in Service Quotas",
  },
  { says: /already in use/i, means: 'name taken' },
  { says: /DoesNotExist|does not exist/, means: 'not found' },
  {
    says: /in progress|being (taken|made|created|updated|deleted)|try again|right now|in the state|not in a (valid|ready) state|another operation/i,
    means: 'not now',
  },
];
