/** A stack with one snapshot, for the emulator: `WHOSE` says by which way. */
import { App, Aspects, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { APPS, AppName } from './apps';

const app = new App();
APPS[process.env.WHOSE as AppName].snapshot(new Stack(app, process.env.STACK!), 'Snapshot', 'web');
// the emulator's runtime comes without the SDK, which the peers expect there
Aspects.of(app).add({
  visit: node => {
    if (node instanceof lambda.Function) node.addEnvironment('NODE_PATH', process.env.MODULES!);
  },
});
