/** Regions that have Lightsail, and what is said about the others. */
import { Annotations, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { checkRegion, validationError, isKnown, quote } from './validate';
import { REGIONS } from '../functions/aws/regions';

/** Warns of a stack in a region without Lightsail. A warning, since AWS opens regions later than this list was made. */
export function warnOfRegion(scope: IConstruct, whatFails = 'a deployment there fails after some minutes'): void {
  const { region } = Stack.of(scope);
  if (!isKnown(region) || REGIONS.includes(region)) return;
  Annotations.of(scope).addWarningV2('cdk-lightsail-snapshots:region', `${withoutLightsail(region)}. ${whatFails}`);
}

/** Throws for what is not the name of a region, or of one without Lightsail. Tokens pass, and so does nothing. */
export function checkLightsailRegion(scope: IConstruct, property: string, region: string | undefined): void {
  checkRegion(scope, property, region);
  if (isKnown(region) && !REGIONS.includes(region)) throw validationError(scope, `${property} must be a region that has Lightsail: ${withoutLightsail(region)}`);
}

function withoutLightsail(region: string): string {
  const area = REGIONS.filter(known => known.split('-')[0] === region.split('-')[0]);
  return `${quote(region)} has no Lightsail, as far as this version knows. ${area.length > 0 ? 'near it are' : 'there are'} ${(area.length > 0 ? area : REGIONS).join(', ')}`;
}
