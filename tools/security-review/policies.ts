/** Policies to copy: a permissions boundary, and a service control policy. */
import { grantsOf } from './grants';
import { Synthesised } from './stacks';
import { TAGS } from '../../src/functions/backup/contract';
import { OWNER_TAGS } from '../../src/functions/deployment/contract';

/** A permissions boundary for both planes. */
export function boundary(deployment: Synthesised, plans: Synthesised): string {
  const statement = (sid: string, stack: Synthesised) => ({ Sid: sid, Effect: 'Allow', Action: actionsOf(stack), Resource: '*' });
  return json({ Version: '2012-10-17', Statement: [statement('Constructs', deployment), statement('BackupPlans', plans)] });
}

function actionsOf({ policies, ids }: Synthesised): string[] {
  return [...new Set(policies.flatMap(({ statements }) => grantsOf(statements, ids).map(({ action }) => action)))].sort();
}

/** A service control policy that leaves the library's tags to its roles. People may pin. */
export function guard(): string {
  const { keep, ...others } = TAGS;
  return json({
    Version: '2012-10-17',
    Statement: [{
      Sid: 'TagsOfCdkLightsailSnapshots',
      Effect: 'Deny',
      Action: ['ec2:CreateTags', 'ec2:DeleteTags', 'lightsail:TagResource', 'lightsail:UntagResource'],
      Resource: '*',
      Condition: {
        'ForAnyValue:StringEquals': { 'aws:TagKeys': [...Object.values(OWNER_TAGS), ...Object.values(others)] },
        'ArnNotLike': { 'aws:PrincipalArn': ['arn:aws:iam::*:role/*-cdklightsailsnapshots*'] },
      },
    }],
  });
}

/** JSON whose lists of texts fill lines. */
function json(value: object): string {
  const lines = JSON.stringify(value, undefined, 2).replace(/\[\n(\s+)((?:"[^"]*",?\n\s*)+)\]/g, (_, indent: string, items: string) => {
    const texts = items.trim().split(/\n\s*/);
    const filled = texts.reduce<string[]>((all, text) => {
      const last = all[all.length - 1];
      return last !== undefined && `${indent}${last} ${text}`.length <= 140 ? [...all.slice(0, -1), `${last} ${text}`] : [...all, text];
    }, []);
    return filled.length === 1 ? `[${filled[0]}]` : `[\n${filled.map(line => `${indent}${line}`).join('\n')}\n${indent.slice(2)}]`;
  });
  return ['```json', lines, '```'].join('\n');
}
