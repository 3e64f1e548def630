const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b);

export const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The value that this share of all does not exceed. */
export const quantile = (values: readonly number[], share: number) => sorted(values)[Math.max(0, Math.ceil(values.length * share) - 1)];

export function median(values: readonly number[]): number {
  const all = sorted(values);
  return (all[Math.floor((all.length - 1) / 2)] + all[Math.ceil((all.length - 1) / 2)]) / 2;
}

export const min = (values: readonly number[]) => Math.min(...values);

export const max = (values: readonly number[]) => Math.max(...values);
