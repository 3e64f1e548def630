/** Patterns in which `*` stands for any characters. Pure, and imports nothing: the constructs use it as well. */

export function matchesPattern(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(text);
}
