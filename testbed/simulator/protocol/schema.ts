import * as lightsail from '@aws-sdk/client-lightsail';
import { NormalizedSchema } from '@smithy/core/schema';
import { ENUMS, INTEGERS, PATTERNS, RANGES, REQUIRED } from './facts';

/** Why a value does not fit. */
export interface Misfit {
  kind: 'type' | 'unknown' | 'required' | 'enum' | 'pattern' | 'range';
  /** `tags.1.key` */
  path: string;
  value?: unknown;
  /** What was wanted, in words. */
  wanted?: string;
}

type Check = (value: unknown) => Misfit | undefined;
/** A lenient request may hold members that the model does not have. */
type Side = 'request' | 'lenientRequest' | 'answer';

type OperationSchema = Record<Side, Check>;

const cache = new Map<string, OperationSchema>();

/** The checks of one operation, built from the SDK's schemas on first use. */
export function operationSchema(operation: string): OperationSchema {
  let schema = cache.get(operation);
  if (!schema) {
    // An operation's static schema is [kind, namespace, name, traits, input, output].
    const [, , , , input, output] = (lightsail as any)[`${operation}$`];
    schema = {
      request: new Compiler('request').compile(NormalizedSchema.of(input)),
      lenientRequest: new Compiler('lenientRequest').compile(NormalizedSchema.of(input)),
      answer: new Compiler('answer').compile(NormalizedSchema.of(output)),
    };
    cache.set(operation, schema);
  }
  return schema;
}

/** Whether Lightsail has this operation at all. */
export const isLightsailOperation = (operation: string): boolean => `${operation}Command` in lightsail;

class Compiler {
  private readonly structs = new Map<string, Check>();
  private readonly isRequest: boolean;

  constructor(private readonly side: Side) {
    this.isRequest = side !== 'answer';
  }

  compile(schema: NormalizedSchema, member = '', struct = ''): Check {
    if (schema.isStructSchema()) {
      return this.struct(schema);
    }
    if (schema.isListSchema()) {
      return this.list(this.compile(schema.getValueSchema(), member, struct));
    }
    if (schema.isMapSchema()) {
      return this.map(this.compile(schema.getValueSchema()));
    }
    if (schema.isTimestampSchema()) {
      return ofType('number', 'a number of seconds');
    }
    if (schema.isBooleanSchema()) {
      return ofType('boolean', 'a boolean');
    }
    if (schema.isNumericSchema()) {
      return this.number(member);
    }
    if (schema.isStringSchema()) {
      return this.string(member, struct);
    }
    throw new Error(`the simulator cannot check ${struct}.${member}`);
  }

  private struct(schema: NormalizedSchema): Check {
    const name = schema.getName() ?? '';
    // Memoised by name, so that each structure is compiled once.
    const known = this.structs.get(name);
    if (known) {
      return known;
    }
    const members = new Map<string, Check>();
    const required = this.isRequest ? REQUIRED[name] ?? [] : [];
    const check: Check = value => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        return { kind: 'type', path: '', value, wanted: `a structure (${name})` };
      }
      const record = value as Record<string, unknown>;
      for (const key of Object.keys(record)) {
        const memberValue = record[key];
        // A null or absent member is no member, in requests; the simulator's own answers leave it out.
        if (memberValue === undefined || (memberValue === null && this.isRequest)) {
          continue;
        }
        const memberCheck = members.get(key);
        if (!memberCheck) {
          if (this.side === 'lenientRequest') {
            continue;
          }
          return { kind: 'unknown', path: key, value: memberValue };
        }
        const misfit = memberCheck(memberValue);
        if (misfit) {
          return under(key, misfit);
        }
      }
      for (const key of required) {
        if (record[key] === undefined || record[key] === null) {
          return { kind: 'required', path: key };
        }
      }
      return undefined;
    };
    this.structs.set(name, check);
    for (const [member, memberSchema] of schema.structIterator()) {
      members.set(member, this.compile(memberSchema, member, name));
    }
    return check;
  }

  private list(item: Check): Check {
    return value => {
      if (!Array.isArray(value)) {
        return { kind: 'type', path: '', value, wanted: 'a list' };
      }
      for (let i = 0; i < value.length; i++) {
        const misfit = item(value[i]);
        if (misfit) {
          return under(String(i + 1), misfit);
        }
      }
      return undefined;
    };
  }

  private map(item: Check): Check {
    return value => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        return { kind: 'type', path: '', value, wanted: 'a map' };
      }
      for (const [key, entry] of Object.entries(value)) {
        const misfit = item(entry);
        if (misfit) {
          return under(key, misfit);
        }
      }
      return undefined;
    };
  }

  private number(member: string): Check {
    const integer = INTEGERS.has(member);
    const range = this.isRequest ? RANGES[member] : undefined;
    return value => {
      if (typeof value !== 'number' || (integer && !Number.isInteger(value))) {
        return { kind: 'type', path: '', value, wanted: integer ? 'an integer' : 'a number' };
      }
      if (range && (value < range[0] || value > range[1])) {
        return { kind: 'range', path: '', value, wanted: `between ${range[0]} and ${range[1]}` };
      }
      return undefined;
    };
  }

  private string(member: string, struct: string): Check {
    const allowed = ENUMS[`${struct}.${member}`] ?? ENUMS[member];
    const pattern = this.isRequest ? PATTERNS[member] : undefined;
    return value => {
      if (typeof value !== 'string') {
        return { kind: 'type', path: '', value, wanted: 'a string' };
      }
      if (allowed && !allowed.includes(value)) {
        return { kind: 'enum', path: '', value, wanted: `[${allowed.join(', ')}]` };
      }
      if (pattern && !pattern.test(value)) {
        return { kind: 'pattern', path: '', value, wanted: pattern.source };
      }
      return undefined;
    };
  }
}

const ofType = (type: 'number' | 'boolean', wanted: string): Check =>
  value => typeof value === type ? undefined : { kind: 'type', path: '', value, wanted };

const under = (key: string, misfit: Misfit): Misfit => {
  misfit.path = misfit.path ? `${key}.${misfit.path}` : key;
  return misfit;
};
