/** Lines of the tables: what policies grant, in short, without losing anything. */
import { reasonOf } from './reasons';
import { Statement, Synthesised } from './stacks';
import { TAGS } from '../../src/functions/backup/contract';
import { OWNER_TAGS } from '../../src/functions/deployment/contract';

/** One action on one resource, or on several that stand in one statement. */
export interface Grant {
  readonly action: string;
  readonly resource: string;
  readonly condition: string;
}

/** A line of a table: the same resource, condition and purpose. */
export interface Line {
  readonly of: string;
  readonly actions: readonly string[];
  readonly resource: string;
  readonly condition: string;
}

const equals = (key: string, value: string) => `StringEquals \`${key}\` = \`${value}\``;
const absent = (key: string) => `Null \`${key}\` = \`true\``;
const PLAN = '${AWS::Region}/nightly';

/** Conditions that many lines have, by the words that stand for them. */
export const WORDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['own', [equals(`aws:ResourceTag/${OWNER_TAGS.stack}`, '${AWS::StackId}')]],
  ['new', [equals(`aws:RequestTag/${OWNER_TAGS.stack}`, '${AWS::StackId}'), absent(`aws:ResourceTag/${OWNER_TAGS.stack}`)]],
  ["plan's own", [equals(`aws:ResourceTag/${TAGS.plan}`, PLAN)]],
  ['new to plans', [equals(`aws:RequestTag/${TAGS.plan}`, PLAN), absent(`aws:ResourceTag/${TAGS.plan}`)]],
  ['not pinned', [absent(`aws:ResourceTag/${TAGS.keep}`)]],
  ['tag of a stop', [`ForAllValues:StringEquals \`aws:TagKeys\` = \`${TAGS.stopped}\``]],
  ['own region', [equals('aws:RequestedRegion', '${AWS::Region}')]],
  ["copies' regions", [`${equals('aws:RequestedRegion', '${AWS::Region}')} or \`eu-west-1\``]],
]);

export function grantsOf(statements: readonly Statement[], ids: Synthesised['ids']): Grant[] {
  return statements.flatMap(({ Effect, Action, Resource, Condition, ...rest }) => {
    if (Effect !== 'Allow' || Object.keys(rest).length > 0) throw new Error(`the tables know no such statement: ${JSON.stringify({ Effect, ...rest })}`);
    const resource = [Resource].flat().map(one => `\`${shortArn(textOf(one, ids))}\``).join(', ');
    const condition = inWords(partsOf(Condition, ids));
    return [Action].flat().map(action => ({ action: String(action), resource, condition }));
  });
}

/** Lines in the order of the grants. What is granted for several purposes is one line. */
export function linesOf(grants: ReadonlyMap<string, readonly Grant[]>): Line[] {
  const lines = [...grants].flatMap(([of, its]) => {
    const keys = [...new Set(its.map(keyOf))];
    return keys.map(key => {
      const same = its.filter(grant => keyOf(grant) === key);
      return { of, actions: [...new Set(same.map(({ action }) => action))], resource: same[0].resource, condition: same[0].condition };
    });
  });
  const wording = ({ actions, resource, condition }: Line) => `${actions} ${resource} ${condition}`;
  return [...new Set(lines.map(wording))].map(text => {
    const same = lines.filter(line => wording(line) === text);
    return { ...same[0], of: same.map(({ of }) => of).join(', ') };
  });
}

const keyOf = ({ resource, condition }: Grant) => `${resource} ${condition}`;

export function table(first: string, lines: readonly Line[]): string {
  const rows = lines.map(({ of, actions, resource, condition }, index) => {
    const why = [...new Set(actions.map(action => reasonOf(action, condition)))].join('; ');
    const again = index > 0 && lines[index - 1].of === of;
    return `| ${again ? '' : of} | ${actionsText(actions)} | ${resource} | ${condition} | ${why} |`;
  });
  return [`| ${first} | actions | resource | condition | why |`, '|---|---|---|---|---|', ...rows].join('\n');
}

/** Names the service of each action where it changes. */
function actionsText(actions: readonly string[]): string {
  return actions.map((action, index) => {
    const [service, name] = action.split(':');
    return `\`${index > 0 && actions[index - 1].startsWith(`${service}:`) ? name : action}\``;
  }).join(', ');
}

/** Each condition key by itself. */
export function partsOf(condition: Statement['Condition'] = {}, ids: Synthesised['ids']): string[] {
  return Object.entries(condition).flatMap(([operator, keys]) => Object.entries(keys).map(([key, values]) => (
    `${operator} \`${key}\` = ${[values].flat().map(value => `\`${textOf(value, ids)}\``).join(' or ')}`
  )));
}

/** What has no word stays as it is. */
function inWords(parts: readonly string[]): string {
  let left = parts;
  const words = [...WORDS].filter(([, its]) => its.every(part => parts.includes(part)));
  for (const [, its] of words) left = left.filter(part => !its.includes(part));
  return [...words.map(([word]) => `**${word}**`), ...left].join(', ');
}

/** An intrinsic function as `Fn::Sub` would write it. The ids of constructs stand for what they become. */
function textOf(value: unknown, ids: Synthesised['ids']): string {
  if (typeof value === 'string') return value;
  const [[name, argument]] = Object.entries(value as Record<string, any>);
  if (name === 'Ref') return `\${${ids.get(argument) ?? argument}}`;
  if (name === 'Fn::GetAtt') return argument[1] === 'Arn' ? `\${${ids.get(argument[0])}}` : `\${${ids.get(argument[0])}.${argument[1]}}`;
  if (name === 'Fn::Join') return (argument[1] as unknown[]).map(part => textOf(part, ids)).join(argument[0]);
  if (name === 'Fn::Sub' && typeof argument === 'string') return argument;
  if (name === 'Fn::Sub') return Object.entries(argument[1]).reduce((text, [key, its]) => text.replace(`\${${key}}`, textOf(its, ids)), argument[0] as string);
  throw new Error(`the tables know no ${name}`);
}

/** `lightsail:Disk/*` for those of the stack's region and account, `lightsail:*:Disk/*` for those of any region. */
function shortArn(arn: string): string {
  const [, service, region, resource] = /^arn:\$\{AWS::Partition\}:(\w+):(\$\{AWS::Region\}|\*|):(?:\$\{AWS::AccountId\})?:(.*)$/.exec(arn) ?? [];
  if (service === undefined) return arn;
  return `${service}:${region === '*' ? '*:' : ''}${resource}`;
}
