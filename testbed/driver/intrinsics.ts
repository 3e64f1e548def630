/** The intrinsic functions of the Amazon States Language that the interpreter knows. It refuses the others. */
import { Json, Path, parsePath, read } from './paths';
import { StateError } from './state-error';

/** What stands behind a field that ends in `.$`, or in a path field. */
export type Expression =
  | { readonly path: Path }
  | { readonly value: Json }
  | { readonly name: string; readonly args: readonly Expression[] };

/** Reads a path or a call such as `States.Format('{}-{}', $.plan, $.slot)`. */
export function parseExpression(text: string): Expression {
  if (!text.startsWith('States.')) return { path: parsePath(text) };
  const parser = new Parser(text);
  const call = parser.call();
  parser.end();
  return call;
}

/** The value of an expression, or undefined where a path leads nowhere. */
export function evaluate(expression: Expression, data: Json, context: () => Json): Json | undefined {
  if ('value' in expression) return expression.value;
  if ('path' in expression) return read(expression.path, data, expression.path.fromContext ? context() : null);
  const args = expression.args.map(arg => {
    const value = evaluate(arg, data, context);
    if (value === undefined) throw new StateError('States.ParameterPathFailure', `${expression.name}: there is nothing at ${(arg as { path: Path }).path.text}`);
    return value;
  });
  return FUNCTIONS[expression.name](...args);
}

const failure = (cause: string) => new StateError('States.IntrinsicFailure', cause);

function textIn(name: string, value: Json): string {
  if (typeof value !== 'string') throw failure(`${name}: ${JSON.stringify(value)} is no string`);
  return value;
}

function list(name: string, value: Json): Json[] {
  if (!Array.isArray(value)) throw failure(`${name}: ${JSON.stringify(value)} is no list`);
  return value;
}

function whole(name: string, value: Json): number {
  if (!Number.isInteger(value)) throw failure(`${name}: ${JSON.stringify(value)} is no whole number`);
  return value as number;
}

type Function = (...args: Json[]) => Json;

const FUNCTIONS: Readonly<Record<string, Function>> = {
  'States.Format': (template, ...values) => {
    const parts = textIn('States.Format', template).split('{}');
    if (parts.length !== values.length + 1) throw failure(`States.Format: ${parts.length - 1} places for ${values.length} values`);
    return parts.reduce((filled, part, index) => {
      const value = values[index - 1];
      if (typeof value === 'object' && value !== null) throw failure('States.Format: a list or an object cannot be put into a text');
      return `${filled}${String(value)}${part}`;
    });
  },
  'States.StringSplit': (given, delimiters) => {
    const set = textIn('States.StringSplit', delimiters);
    const parts: string[] = [''];
    for (const character of textIn('States.StringSplit', given)) {
      if (set.includes(character)) parts.push('');
      else parts[parts.length - 1] += character;
    }
    // whether an empty part is dropped is not documented, so a definition must not depend on it
    if (parts.includes('')) throw new Error(`States.StringSplit: what becomes of an empty part of ${JSON.stringify(given)} is not known to this interpreter`);
    return parts;
  },
  'States.ArrayGetItem': (items, index) => {
    const found = list('States.ArrayGetItem', items)[whole('States.ArrayGetItem', index)] as Json | undefined;
    if (found === undefined) throw failure(`States.ArrayGetItem: there is no item ${String(index)}`);
    return found;
  },
  'States.ArrayLength': items => list('States.ArrayLength', items).length,
  'States.Array': (...items) => items,
  'States.MathAdd': (first, second) => whole('States.MathAdd', first) + whole('States.MathAdd', second),
  'States.JsonToString': value => JSON.stringify(value),
  'States.StringToJson': value => {
    try {
      return JSON.parse(textIn('States.StringToJson', value)) as Json;
    } catch (error) {
      throw error instanceof StateError ? error : failure('States.StringToJson: the text is not JSON');
    }
  },
};

/** How many arguments each takes; a missing maximum is no limit. */
const ARITY: Readonly<Record<string, readonly [number, number?]>> = {
  'States.Format': [1],
  'States.StringSplit': [2, 2],
  'States.ArrayGetItem': [2, 2],
  'States.ArrayLength': [1, 1],
  'States.Array': [0],
  'States.MathAdd': [2, 2],
  'States.JsonToString': [1, 1],
  'States.StringToJson': [1, 1],
};

class Parser {
  private at = 0;

  constructor(private readonly source: string) {}

  call(): Expression {
    const name = this.take(/^States\.[A-Za-z0-9]+/, 'a function');
    if (!Object.hasOwn(FUNCTIONS, name)) throw new Error(`${name} is not known to this interpreter`);
    this.take(/^\(\s*/, '(');
    const args: Expression[] = [];
    while (!this.peek(/^\)/)) {
      if (args.length > 0) this.take(/^,\s*/, 'a comma');
      args.push(this.argument());
      this.take(/^\s*/, '');
    }
    this.take(/^\)/, ')');
    const [least, most = Infinity] = ARITY[name];
    if (args.length < least || args.length > most) throw new Error(`${name}: ${args.length} arguments`);
    return { name, args };
  }

  end(): void {
    if (this.at < this.source.length) throw this.mistake('nothing more');
  }

  private argument(): Expression {
    if (this.peek(/^States\./)) return this.call();
    if (this.peek(/^'/)) {
      const quoted = this.take(/^'(?:[^'\\]|\\.)*'/, 'the end of a text');
      return { value: quoted.slice(1, -1).replace(/\\(.)/g, '$1') };
    }
    if (this.peek(/^\$/)) return { path: parsePath(this.take(/^\$[^,()\s]*/, 'a path')) };
    return { value: JSON.parse(this.take(/^(?:true|false|null|-?\d+(?:\.\d+)?)/, 'a value')) as Json };
  }

  private peek(what: RegExp): boolean {
    return what.test(this.source.slice(this.at));
  }

  private take(what: RegExp, wanted: string): string {
    const found = what.exec(this.source.slice(this.at));
    if (!found) throw this.mistake(wanted);
    this.at += found[0].length;
    return found[0];
  }

  private mistake(wanted: string): Error {
    return new Error(`${JSON.stringify(this.source)}: ${wanted} is wanted at ${this.at}`);
  }
}
