import { parseExpression } from './intrinsics';
import { Json, parsePath } from './paths';
import { checkTemplate } from './templates';

/** The part of the Amazon States Language that the interpreter knows. Whatever else a definition has is refused. */
export interface Definition {
  readonly Comment?: string;
  readonly QueryLanguage?: 'JSONPath';
  readonly Version?: '1.0';
  readonly StartAt: string;
  readonly TimeoutSeconds?: number;
  readonly States: Readonly<Record<string, State>>;
}

export interface State {
  readonly Type: 'Task' | 'Choice' | 'Wait' | 'Pass' | 'Succeed' | 'Fail' | 'Map';
  readonly Comment?: string;
  readonly QueryLanguage?: 'JSONPath';
  readonly Next?: string;
  readonly End?: boolean;
  readonly InputPath?: string | null;
  readonly OutputPath?: string | null;
  readonly ResultPath?: string | null;
  readonly Parameters?: Json;
  readonly ResultSelector?: Json;
  readonly Result?: Json;
  readonly Resource?: string;
  readonly TimeoutSeconds?: number;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
  readonly Choices?: readonly Rule[];
  readonly Default?: string;
  readonly Seconds?: number;
  readonly SecondsPath?: string;
  readonly Timestamp?: string;
  readonly TimestampPath?: string;
  readonly Error?: string;
  readonly ErrorPath?: string;
  readonly Cause?: string;
  readonly CausePath?: string;
  readonly ItemProcessor?: Processor;
  readonly ItemsPath?: string;
  readonly ItemSelector?: Json;
  readonly MaxConcurrency?: number;
  readonly ToleratedFailureCount?: number;
  readonly ToleratedFailurePercentage?: number;
  readonly Label?: string;
}

/** What a Map does with each item: a definition of its own. */
export interface Processor {
  readonly ProcessorConfig: { readonly Mode: 'DISTRIBUTED'; readonly ExecutionType: 'STANDARD' };
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
  readonly Comment?: string;
}

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  readonly ResultPath?: string | null;
  readonly Comment?: string;
}

export interface Rule {
  readonly Variable?: string;
  readonly And?: readonly Rule[];
  readonly Or?: readonly Rule[];
  readonly Not?: Rule;
  readonly Next?: string;
  readonly Comment?: string;
  readonly [comparison: string]: unknown;
}

const COMMON = ['Type', 'Comment', 'QueryLanguage', 'InputPath', 'OutputPath'];
const ONWARD = ['Next', 'End'];

const FIELDS: Record<State['Type'], readonly string[]> = {
  Task: [...COMMON, ...ONWARD, 'Resource', 'Parameters', 'ResultSelector', 'ResultPath', 'Retry', 'Catch', 'TimeoutSeconds'],
  Choice: [...COMMON, 'Choices', 'Default'],
  Wait: [...COMMON, ...ONWARD, 'Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'],
  Pass: [...COMMON, ...ONWARD, 'Result', 'Parameters', 'ResultPath'],
  Succeed: COMMON,
  Fail: ['Type', 'Comment', 'QueryLanguage', 'Error', 'ErrorPath', 'Cause', 'CausePath'],
  Map: [
    ...COMMON, ...ONWARD, 'ItemProcessor', 'ItemsPath', 'ItemSelector', 'MaxConcurrency', 'ToleratedFailureCount', 'ToleratedFailurePercentage',
    'Label', 'ResultSelector', 'ResultPath', 'Retry', 'Catch',
  ],
};

const PATHS = ['InputPath', 'OutputPath', 'ResultPath', 'SecondsPath', 'TimestampPath', 'Variable', 'ItemsPath'];
const EXPRESSIONS = ['ErrorPath', 'CausePath'];

/** Throws for everything in a definition that the interpreter would not carry out as it should. */
export function check(definition: Definition): void {
  checkDefinition(definition, new Set());
}

function checkDefinition(definition: Definition, names: Set<string>): void {
  onlyKnown('the definition', definition, ['Comment', 'QueryLanguage', 'Version', 'StartAt', 'TimeoutSeconds', 'States']);
  onlyJsonPath('the definition', definition.QueryLanguage);
  const isState = (where: string, name: string | undefined) => {
    if (name === undefined || !Object.hasOwn(definition.States, name)) throw new Error(`${where}: there is no state ${JSON.stringify(name)}`);
  };
  isState('StartAt', definition.StartAt);
  for (const [name, state] of Object.entries(definition.States)) {
    if (name.length > 80) throw new Error(`${name}: a state's name has at most 80 characters`);
    if (names.has(name)) throw new Error(`${name}: two states have this name`);
    names.add(name);
    if (!Object.hasOwn(FIELDS, state.Type)) throw new Error(`${name}: type ${state.Type} is not known to this interpreter`);
    onlyKnown(name, state, FIELDS[state.Type]);
    onlyJsonPath(name, state.QueryLanguage);
    checkPaths(name, state);
    if (FIELDS[state.Type].includes('Next')) {
      if ((state.Next === undefined) === (state.End !== true)) throw new Error(`${name}: either Next or End`);
      if (state.Next !== undefined) isState(name, state.Next);
    }
    for (const template of [state.Parameters, state.ResultSelector, state.ItemSelector]) checkTemplate(name, template);
    if (state.Type === 'Task') checkTask(name, state);
    if (state.Type === 'Map') checkMap(name, state, names);
    if (state.Type === 'Task' || state.Type === 'Map') checkErrors(name, state, isState);
    if (state.Type === 'Choice') checkChoice(name, state, isState);
    if (state.Type === 'Wait' && ['Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'].filter(field => field in state).length !== 1) {
      throw new Error(`${name}: a Wait needs one way to say how long`);
    }
  }
}

/** Parameters of the tasks that the interpreter carries out; the first is required. */
const TASKS: Readonly<Record<string, readonly string[]>> = {
  'lambda:invoke': ['FunctionName', 'Payload', 'InvocationType', 'Qualifier'],
  'states:startExecution': ['StateMachineArn', 'Input', 'Name'],
};

/** Such as `lambda:invoke`. */
export function serviceOf(resource = ''): string {
  return /^arn:[a-z-]+:states:::(\w+:\w+)$/.exec(resource)?.[1] ?? '';
}

function checkTask(name: string, state: State): void {
  const known = TASKS[serviceOf(state.Resource)] as readonly string[] | undefined;
  if (!known) throw new Error(`${name}: resource ${JSON.stringify(state.Resource)} is not known to this interpreter`);
  const given = Object.keys(state.Parameters ?? {}).map(field => field.replace(/\.\$$/, ''));
  for (const field of given) {
    if (!known.includes(field)) throw new Error(`${name}: parameter ${field} is not known to this interpreter`);
  }
  if (!given.includes(known[0])) throw new Error(`${name}: ${known[0]} is missing`);
}

function checkMap(name: string, { ItemProcessor, MaxConcurrency = 0, ToleratedFailureCount = 0, ToleratedFailurePercentage = 0, Label = '' }: State, names: Set<string>): void {
  if (!ItemProcessor) throw new Error(`${name}: ItemProcessor is missing`);
  const { ProcessorConfig, ...definition } = ItemProcessor;
  onlyKnown(`${name}: ProcessorConfig`, ProcessorConfig, ['Mode', 'ExecutionType']);
  const { Mode, ExecutionType } = ProcessorConfig;
  if (Mode !== 'DISTRIBUTED' || ExecutionType !== 'STANDARD') throw new Error(`${name}: only distributed maps with standard executions are known to this interpreter`);
  onlyKnown(name, definition, ['Comment', 'StartAt', 'States']);
  checkDefinition(definition, names);
  if (!Number.isInteger(MaxConcurrency) || MaxConcurrency < 0) throw new Error(`${name}: MaxConcurrency is a whole number`);
  if (!Number.isInteger(ToleratedFailureCount) || ToleratedFailureCount < 0) throw new Error(`${name}: ToleratedFailureCount is a whole number`);
  if (ToleratedFailurePercentage < 0 || ToleratedFailurePercentage > 100) throw new Error(`${name}: ToleratedFailurePercentage is 0 to 100`);
  if (Label.length > 40 || /[\s<>{}[\]?*"#%\\^|~`$&,;:/]/.test(Label)) throw new Error(`${name}: a label has at most 40 plain characters`);
}

/** Retry and Catch. */
function checkErrors(name: string, state: State, isState: (where: string, name: string | undefined) => void): void {
  for (const [list, fields] of [
    [state.Retry ?? [], ['ErrorEquals', 'IntervalSeconds', 'MaxAttempts', 'BackoffRate', 'MaxDelaySeconds', 'JitterStrategy', 'Comment']],
    [state.Catch ?? [], ['ErrorEquals', 'Next', 'ResultPath', 'Comment']],
  ] as [readonly (Retrier | Catcher)[], string[]][]) {
    for (const [index, entry] of list.entries()) {
      onlyKnown(name, entry, fields);
      checkPaths(name, entry);
      if (entry.ErrorEquals.length === 0) throw new Error(`${name}: ErrorEquals is empty`);
      if (entry.ErrorEquals.includes('States.ALL') && (entry.ErrorEquals.length > 1 || index < list.length - 1)) {
        throw new Error(`${name}: States.ALL stands alone and last`);
      }
    }
  }
  for (const { IntervalSeconds = 1, MaxAttempts = 3, BackoffRate = 2, MaxDelaySeconds } of state.Retry ?? []) {
    const whole = (value: number, low: number) => Number.isInteger(value) && value >= low;
    if (!whole(IntervalSeconds, 1) || !whole(MaxAttempts, 0) || MaxAttempts > 99999999 || BackoffRate < 1) throw new Error(`${name}: Retry out of range`);
    if (MaxDelaySeconds !== undefined && (!whole(MaxDelaySeconds, 1) || MaxDelaySeconds >= 31622400 || MaxDelaySeconds <= IntervalSeconds)) {
      throw new Error(`${name}: MaxDelaySeconds is more than IntervalSeconds and less than a year`);
    }
  }
  for (const { Next } of state.Catch ?? []) isState(name, Next);
}

function checkChoice(name: string, state: State, isState: (where: string, name: string | undefined) => void): void {
  if (!state.Choices?.length) throw new Error(`${name}: no Choices`);
  if (state.Default !== undefined) isState(name, state.Default);
  for (const rule of state.Choices) {
    isState(name, rule.Next);
    checkRule(name, rule);
  }
}

function checkRule(name: string, rule: Rule): void {
  for (const inner of [...rule.And ?? [], ...rule.Or ?? [], ...rule.Not ? [rule.Not] : []]) checkRule(name, inner);
  const comparisons = Object.keys(rule).filter(field => !['Variable', 'Next', 'Comment'].includes(field));
  if (comparisons.length !== 1) throw new Error(`${name}: a rule has one comparison, not ${comparisons.join(', ') || 'none'}`);
  if (['And', 'Or', 'Not'].includes(comparisons[0])) return;
  if (!Object.hasOwn(COMPARISONS, comparisons[0])) throw new Error(`${name}: comparison ${comparisons[0]} is not known to this interpreter`);
  if (rule.Variable === undefined) throw new Error(`${name}: a rule without Variable`);
  checkPaths(name, rule);
}

type Comparison = (value: Json | undefined, wanted: unknown) => boolean;

const typed = (type: string, compare: (value: never, wanted: never) => boolean): Comparison =>
  (value, wanted) => typeof value === type && compare(value as never, wanted as never);

export const COMPARISONS: Readonly<Record<string, Comparison>> = {
  BooleanEquals: typed('boolean', (value, wanted) => value === wanted),
  StringEquals: typed('string', (value, wanted) => value === wanted),
  NumericEquals: typed('number', (value, wanted) => value === wanted),
  NumericLessThan: typed('number', (value, wanted) => value < wanted),
  NumericLessThanEquals: typed('number', (value, wanted) => value <= wanted),
  NumericGreaterThan: typed('number', (value, wanted) => value > wanted),
  NumericGreaterThanEquals: typed('number', (value, wanted) => value >= wanted),
  IsPresent: (value, wanted) => (value !== undefined) === wanted,
  IsNull: (value, wanted) => (value === null) === wanted,
  IsString: (value, wanted) => (typeof value === 'string') === wanted,
  IsNumeric: (value, wanted) => (typeof value === 'number') === wanted,
  IsBoolean: (value, wanted) => (typeof value === 'boolean') === wanted,
};

function checkPaths(where: string, holder: object): void {
  for (const [field, value] of Object.entries(holder)) {
    const parse = PATHS.includes(field) ? parsePath : EXPRESSIONS.includes(field) ? parseExpression : undefined;
    if (!parse || value === null) continue;
    try {
      parse(value as string);
    } catch (error) {
      throw new Error(`${where}: ${field}: ${(error as Error).message}`);
    }
  }
}

function onlyKnown(where: string, holder: object, known: readonly string[]): void {
  const unknown = Object.keys(holder).find(field => !known.includes(field));
  if (unknown) throw new Error(`${where}: field ${unknown} is not known to this interpreter`);
}

function onlyJsonPath(where: string, language: string | undefined): void {
  if (language !== undefined && language !== 'JSONPath') throw new Error(`${where}: query language ${language} is not known to this interpreter`);
}
