/** All pages of a list. */
export async function allPages<T>(page: (token?: string) => Promise<{ readonly items?: readonly T[]; readonly next?: string }>): Promise<T[]> {
  const all: T[] = [];
  let token: string | undefined;
  do {
    const { items, next } = await page(token);
    all.push(...items ?? []);
    token = next;
  } while (token);
  return all;
}
