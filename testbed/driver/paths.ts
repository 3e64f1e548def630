/** The part of JSONPath that reads one place: `$`, `$.a.b`, `$['a']`, `$.a[0]`, and the same after `$$`. */
export interface Path {
  readonly text: string;
  readonly fromContext: boolean;
  readonly steps: readonly (string | number)[];
}

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const STEP = /^(?:\.([A-Za-z_][A-Za-z0-9_-]*)|\['([^'\]]+)'\]|\[(\d+)\])/;

export function parsePath(text: string): Path {
  const fromContext = text.startsWith('$$');
  if (!text.startsWith('$')) throw new Error(`${JSON.stringify(text)} is no path this interpreter knows`);
  const steps: (string | number)[] = [];
  for (let rest = text.slice(fromContext ? 2 : 1); rest !== '';) {
    const step = STEP.exec(rest);
    if (!step) throw new Error(`${JSON.stringify(text)} is no path this interpreter knows`);
    steps.push(step[3] === undefined ? step[1] ?? step[2] : Number(step[3]));
    rest = rest.slice(step[0].length);
  }
  return { text, fromContext, steps };
}

/** The value at a path, or undefined where there is none. */
export function read(path: Path, data: Json, context: Json): Json | undefined {
  let value: Json | undefined = path.fromContext ? context : data;
  for (const step of path.steps) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) !== (typeof step === 'number') || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, Json>)[step];
  }
  return value;
}

/** A copy of the data with a value put at a path, or undefined where it does not fit in. */
export function write(path: Path, data: Json, value: Json): Json | undefined {
  const [first, ...rest] = path.steps;
  if (first === undefined) return value;
  if (typeof first === 'number') throw new Error(`${path.text}: writing into lists is not known to this interpreter`);
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return undefined;
  const inner = write({ ...path, steps: rest }, data[first] ?? {}, value);
  return inner === undefined ? undefined : { ...data, [first]: inner };
}
