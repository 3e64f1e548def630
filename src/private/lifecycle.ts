/** What becomes of things when a construct changes or goes, checked at synthesis. */
import { Annotations, CfnDeletionPolicy, CfnResource, RemovalPolicy } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { checkText } from './group';
import { validationError } from './validate';

/** Options that say what becomes of things. */
interface Lifecycle {
  readonly revision?: string;
  readonly removalPolicy?: RemovalPolicy;
}

/** Rejects a removal policy that cannot be carried out, and a revision that got lost where that removes something. */
export function checkLifecycle(scope: Construct, options: Lifecycle, defaultPolicy: RemovalPolicy): void {
  if (options.removalPolicy === RemovalPolicy.SNAPSHOT) throw validationError(scope, noSnapshot());
  const destroys = (options.removalPolicy ?? defaultPolicy) === RemovalPolicy.DESTROY;
  if (destroys && isLost(options, 'revision')) {
    throw validationError(scope, `revision must be a text or be left out, got ${String(options.revision)}: is an environment variable missing? `
      + 'what was made with an earlier revision would be removed');
  }
  checkText(scope, 'revision', options.revision);
  warnOfUndefined(scope, options, 'revision');
}

/** Rejects, at the end of synthesis, a removal policy that was applied after the constructor and cannot be carried out. */
export function checkAppliedPolicy(scope: Construct, { cfnOptions }: CfnResource): void {
  scope.node.addValidation({ validate: () => (cfnOptions.deletionPolicy === CfnDeletionPolicy.SNAPSHOT ? [noSnapshot()] : []) });
}

/**
 * Warns of properties that are given without a value, as an environment variable that is not set gives them. Only JavaScript can do that: the
 * other languages of the CDK leave such a property out.
 */
export function warnOfUndefined<O extends object>(scope: Construct, options: O, ...properties: (keyof O & string)[]): void {
  const lost = properties.filter(property => isLost(options, property));
  if (lost.length === 0) return;
  Annotations.of(scope).addWarningV2('cdk-lightsail-snapshots:undefinedProperty',
    `${lost.join(', ')} given and undefined: is an environment variable missing? give a value, or leave the property out`);
}

/** Whether a property is there, and has no value. */
export function isLost<O extends object>(options: O, property: keyof O): boolean {
  return property in options && (options[property] === undefined || options[property] === null);
}

function noSnapshot(): string {
  return 'removalPolicy must be RETAIN, RETAIN_ON_UPDATE_OR_DELETE or DESTROY, got SNAPSHOT. CloudFormation takes no snapshot of a custom resource: '
    + 'keep it with RETAIN, or take a LightsailInstanceSnapshot or a LightsailDiskSnapshot of it';
}
