import * as ec2 from '@aws-sdk/client-ec2';
import { NormalizedSchema } from '@smithy/core/schema';
import { ec2Error } from './errors';

/** The members that the model requires, by operation. */
const REQUIRED: Record<string, string[]> = {
  CreateTags: ['Resources', 'Tags'],
  DeleteSnapshot: ['SnapshotId'],
  DeleteTags: ['Resources'],
  DeregisterImage: ['ImageId'],
};

/** The input of an EC2 query, read by the SDK's schema: every parameter has to be one that the operation has. */
export function readQuery(operation: string, parameters: URLSearchParams): any {
  const rest = new Map(parameters);
  rest.delete('Action');
  if (rest.get('Version') !== '2016-11-15') {
    throw ec2Error('NoSuchVersion', `The requested version (${rest.get('Version')}) of service AmazonEC2 does not exist`);
  }
  rest.delete('Version');
  const input = read(NormalizedSchema.of((ec2 as any)[`${operation}$`][4]), '', rest);
  const [unknown] = rest.keys();
  if (unknown !== undefined) {
    throw ec2Error('UnknownParameter', `The parameter ${unknown} is not recognized`);
  }
  const missing = (REQUIRED[operation] ?? []).find(member => input[member] === undefined);
  if (missing !== undefined) {
    throw ec2Error('MissingParameter', `The request must contain the parameter ${missing}`);
  }
  return input;
}

/** Takes what it reads out of `rest`. */
function read(schema: NormalizedSchema, name: string, rest: Map<string, string>): any {
  if (schema.isStructSchema()) {
    const record: Record<string, unknown> = {};
    for (const [member, memberSchema] of schema.structIterator()) {
      const value = read(memberSchema, join(name, queryName(member, memberSchema)), rest);
      if (value !== undefined) {
        record[member] = value;
      }
    }
    return name === '' || Object.keys(record).length > 0 ? record : undefined;
  }
  if (schema.isListSchema()) {
    return readList(schema.getValueSchema(), name, rest);
  }
  const text = rest.get(name);
  rest.delete(name);
  if (text === undefined) {
    return undefined;
  }
  if (schema.isBooleanSchema()) {
    return checked(name, text, text === 'true' || text === 'false', text === 'true');
  }
  if (schema.isNumericSchema()) {
    return checked(name, text, /^-?\d+$/.test(text), Number(text));
  }
  return text;
}

function readList(schema: NormalizedSchema, name: string, rest: Map<string, string>): unknown[] | undefined {
  const items: unknown[] = [];
  for (;;) {
    const item = read(schema, `${name}.${items.length + 1}`, rest);
    if (item === undefined) {
      return items.length > 0 ? items : undefined;
    }
    items.push(item);
  }
}

function queryName(member: string, schema: NormalizedSchema): string {
  const { ec2QueryName, xmlName } = schema.getMergedTraits() as { ec2QueryName?: string; xmlName?: string };
  const name = ec2QueryName ?? xmlName ?? member;
  return name[0].toUpperCase() + name.slice(1);
}

const join = (prefix: string, name: string): string => prefix === '' ? name : `${prefix}.${name}`;

function checked<T>(name: string, text: string, fits: boolean, value: T): T {
  if (!fits) {
    throw ec2Error('InvalidParameterValue', `Invalid value '${text}' for ${name}`);
  }
  return value;
}
