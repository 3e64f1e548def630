/** Parameters, selectors and paths of a state, filled in from its data and from the context object. */
import { Expression, evaluate, parseExpression } from './intrinsics';
import { Json } from './paths';
import { StateError } from './state-error';

const parsed = new Map<string, Expression>();

/** Definitions hold few expressions and use them often. */
function expressionOf(text: string): Expression {
  const known = parsed.get(text) ?? parseExpression(text);
  parsed.set(text, known);
  return known;
}

export class Scope {
  constructor(private readonly where: string, private readonly context: () => Json) {}

  /** The value of a path or intrinsic function, or undefined. */
  find(text: string, data: Json): Json | undefined {
    return evaluate(expressionOf(text), data, this.context);
  }

  at(text: string, data: Json, failure: string): Json {
    const value = this.find(text, data);
    if (value === undefined) throw new StateError(failure, `${this.where}: there is nothing at ${text}`);
    return value;
  }

  /** A template's fields that end in `.$` are filled in. */
  fill(template: Json, data: Json): Json {
    if (Array.isArray(template)) return template.map(item => this.fill(item, data));
    if (typeof template !== 'object' || template === null) return template;
    return Object.fromEntries(Object.entries(template).map(([field, value]) => {
      if (!field.endsWith('.$')) return [field, this.fill(value, data)];
      return [field.slice(0, -2), this.at(value as string, data, 'States.ParameterPathFailure')];
    }));
  }
}

/** Throws for an expression in a template that the interpreter does not know. */
export function checkTemplate(where: string, template: Json | undefined): void {
  if (typeof template !== 'object' || template === null) return;
  for (const [field, value] of Object.entries(template)) {
    if (Array.isArray(template) || !field.endsWith('.$')) {
      checkTemplate(where, value);
      continue;
    }
    try {
      parseExpression(value as string);
    } catch (error) {
      throw new Error(`${where}: ${field}: ${(error as Error).message}`);
    }
  }
}
