/** Records in the order of a key, so that a page of a long list is found without sorting the whole. */

type Key = string | number;

/** Additions up to this many are put in place one by one; more are sorted in together. */
const FEW = 32;

export class SortedRecords<T> {
  private sorted: T[] = [];
  private added: T[] = [];

  constructor(private readonly key: (record: T) => Key) {}

  add(record: T): void {
    this.added.push(record);
  }

  remove(record: T): void {
    const waiting = this.added.indexOf(record);
    if (waiting >= 0) {
      this.added.splice(waiting, 1);
      return;
    }
    const index = this.after(this.key(record)) - 1;
    if (this.sorted[index] === record) this.sorted.splice(index, 1);
  }

  /** The first of those behind a key that fit, and whether there are more. */
  page(behind: Key | undefined, size: number, fits: (record: T) => boolean): { items: T[]; more: boolean } {
    this.takeUp();
    const items: T[] = [];
    for (let index = behind === undefined ? 0 : this.after(behind); index < this.sorted.length; index++) {
      if (!fits(this.sorted[index])) continue;
      if (items.length === size) return { items, more: true };
      items.push(this.sorted[index]);
    }
    return { items, more: false };
  }

  private takeUp(): void {
    if (this.added.length > FEW) {
      this.sorted = [...this.sorted, ...this.added].sort((a, b) => (this.key(a) < this.key(b) ? -1 : 1));
    } else {
      for (const record of this.added) this.sorted.splice(this.after(this.key(record)), 0, record);
    }
    this.added = [];
  }

  /** Place behind all whose key is not greater. */
  private after(key: Key): number {
    let low = 0;
    let high = this.sorted.length;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.key(this.sorted[middle]) <= key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
