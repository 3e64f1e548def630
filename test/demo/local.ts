import { App, Aspects } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';

/** Variable of the CDK app's environment that holds the simulator's address. */
export const SIMULATOR = 'LIGHTSAIL_SIMULATOR';

/** Makes every function call the simulator instead of Lightsail: the one thing that sets a local deployment apart. */
export function deployLocally(app: App): void {
  const simulator = process.env[SIMULATOR];
  if (!simulator) throw new Error(`${SIMULATOR} must hold the address of the simulator`);
  Aspects.of(app).add({
    visit: node => {
      if (node instanceof lambda.Function) node.addEnvironment('AWS_ENDPOINT_URL_LIGHTSAIL', simulator);
    },
  });
}
