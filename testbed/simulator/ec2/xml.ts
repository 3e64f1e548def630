import * as ec2 from '@aws-sdk/client-ec2';
import { NormalizedSchema } from '@smithy/core/schema';
import type { Answer } from '../protocol/answer';

type Encode = (value: any) => string;

const encoders = new Map<string, Encode>();

/** The XML of an answer, built from the SDK's schema: what does not fit it is a mistake of the simulator's own, and throws. */
export function xmlAnswer(operation: string, answer: object): Answer {
  let encode = encoders.get(operation);
  if (!encode) {
    const output = NormalizedSchema.of((ec2 as any)[`${operation}$`][5]);
    // An operation without an output says only that it went well.
    encode = output.isUnitSchema() ? () => '<return>true</return>' : compile(output, operation);
    encoders.set(operation, encode);
  }
  return {
    status: 200,
    contentType: 'text/xml;charset=UTF-8',
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<${operation}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">`
      + `<requestId>00000000-0000-4000-8000-000000000000</requestId>${encode(answer)}</${operation}Response>`,
  };
}

function compile(schema: NormalizedSchema, path: string): Encode {
  if (schema.isStructSchema()) {
    return struct(schema, path);
  }
  if (schema.isListSchema()) {
    const item = compile(schema.getValueSchema(), `${path}[]`);
    return (values: unknown[]) => values.map(value => `<item>${item(value)}</item>`).join('');
  }
  if (schema.isTimestampSchema()) {
    return value => checked(value, value instanceof Date, path).toISOString();
  }
  if (schema.isBooleanSchema()) {
    return value => String(checked(value, typeof value === 'boolean', path));
  }
  if (schema.isNumericSchema()) {
    return value => String(checked(value, typeof value === 'number', path));
  }
  return value => escapeXml(checked(value, typeof value === 'string', path));
}

function struct(schema: NormalizedSchema, path: string): Encode {
  const members = new Map([...schema.structIterator()].map(([name, member]) => {
    const tag = String(member.getMergedTraits().xmlName ?? name);
    return [name, { tag, encode: lazily(() => compile(member, `${path}.${name}`)) }];
  }));
  return (record: Record<string, unknown>) => Object.keys(record).map(key => {
    const member = members.get(key);
    if (record[key] === undefined) {
      return '';
    }
    if (!member) {
      throw new Error(`simulator: ${path} has no member ${key}`);
    }
    return `<${member.tag}>${member.encode(record[key])}</${member.tag}>`;
  }).join('');
}

/** An image has some fifty members, of which the simulator answers a dozen. */
function lazily(make: () => Encode): Encode {
  let encode: Encode | undefined;
  return value => (encode ??= make())(value);
}

function checked<T>(value: T, fits: boolean, path: string): T {
  if (!fits) {
    throw new Error(`simulator: ${path} cannot be ${JSON.stringify(value)}`);
  }
  return value;
}

export const escapeXml = (text: string): string => text.replace(/[<>&"]/g, c => ({ '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' })[c]!);
