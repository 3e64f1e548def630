/**
 * Stands in for `@aws-sdk/middleware-endpoint-discovery` in the bundle: DynamoDB's client looks for endpoints of its own only when it is told
 * to, which ours is not, and the package brings two others with it.
 */
export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = { default: false };

export const resolveEndpointDiscoveryConfig = <T>(config: T): T => config;
