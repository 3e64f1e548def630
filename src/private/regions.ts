/** Regions that have Lightsail, and what is said about the others. */
import { Annotations, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { checkRegion, invalid, isKnown, show } from './validate';

/** The regions of `lightsail` in the endpoints.json of AWS's SDKs (botocore 1.44.5, November 2026). Other partitions have none. */
export const REGIONS: readonly string[] = [
  'ap-east-1', 'ap-northeast-1', 'ap-northeast-2', 'ap-south-1', 'ap-southeast-1', 'ap-southeast-2', 'ap-southeast-3', 'ap-southeast-5',
  'ca-central-1', 'eu-central-1', 'eu-north-1', 'eu-south-2', 'eu-west-1', 'eu-west-2', 'eu-west-3', 'sa-east-1', 'us-east-1', 'us-east-2',
  'us-west-2',
];

/** Warns of a stack in a region without Lightsail. A warning, since AWS opens regions later than this list was made. */
export function warnOfRegion(scope: IConstruct, whatFails = 'a deployment there fails after some minutes'): void {
  const { region } = Stack.of(scope);
  if (!isKnown(region) || REGIONS.includes(region)) return;
  Annotations.of(scope).addWarningV2('cdk-lightsail-snapshots:region', `${withoutLightsail(region)}. ${whatFails}`);
}

/** Refuses what is not the name of a region, or of one without Lightsail. Tokens pass, and so does nothing. */
export function checkLightsailRegion(scope: IConstruct, property: string, region: string | undefined): void {
  checkRegion(scope, property, region);
  if (isKnown(region) && !REGIONS.includes(region)) throw invalid(scope, `${property} must be a region that has Lightsail: ${withoutLightsail(region)}`);
}

function withoutLightsail(region: string): string {
  const area = REGIONS.filter(known => known.split('-')[0] === region.split('-')[0]);
  return `${show(region)} has no Lightsail, as far as this version knows. ${area.length > 0 ? 'near it are' : 'there are'} ${(area.length > 0 ? area : REGIONS).join(', ')}`;
}
