import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Template = { Resources: Record<string, Json> };

/** The templates of a cloud assembly, with their keys in order and without hashes of assets. */
export function templatesIn(outdir: string): Record<string, Template> {
  const files = readdirSync(outdir).filter(file => file.endsWith('.template.json'));
  return Object.fromEntries(files.map(file => [file, plain(JSON.parse(readFileSync(join(outdir, file), 'utf8')))]));
}

/** What differs between two cloud assemblies, a line each. */
export function differences(one: string, other: string): string[] {
  return compare('', templatesIn(one) as Json, templatesIn(other) as Json);
}

function plain(value: Json): any {
  if (typeof value === 'string') return value.replace(/[0-9a-f]{64}/g, '<hash>');
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.keys(value).sort().map(key => [key, plain(value[key])]));
}

function compare(path: string, one: Json | undefined, other: Json | undefined): string[] {
  if (isObject(one) && isObject(other)) {
    const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
    return keys.flatMap(key => compare(`${path}/${key}`, one[key], other[key]));
  }
  const [left, right] = [JSON.stringify(one), JSON.stringify(other)];
  return left === right ? [] : [`${path}: ${left} became ${right}`];
}

function isObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
