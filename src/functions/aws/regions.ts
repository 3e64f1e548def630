/** Where Lightsail is. Pure data, which constructs and functions share. */

/** The regions of `lightsail` in the endpoints.json of AWS's SDKs (botocore 1.44.5, November 2026). Other partitions have none. */
export const REGIONS: readonly string[] = [
  'ap-east-1', 'ap-northeast-1', 'ap-northeast-2', 'ap-south-1', 'ap-southeast-1', 'ap-southeast-2', 'ap-southeast-3', 'ap-southeast-5',
  'ca-central-1', 'eu-central-1', 'eu-north-1', 'eu-south-2', 'eu-west-1', 'eu-west-2', 'eu-west-3', 'sa-east-1', 'us-east-1', 'us-east-2',
  'us-west-2',
];
