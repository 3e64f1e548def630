/** A user's whole app, to be synthesised in a process of its own: `node synth.js <whose> <how many> <output folder>`. */
import { App, Stack } from 'aws-cdk-lib';
import { APPS, AppName, WITHOUT_LIMIT } from './apps';

const [name, count, outdir] = process.argv.slice(2);
const app = new App({ outdir, context: WITHOUT_LIMIT });
const stack = new Stack(app, 'Site');
for (let index = 0; index < Number(count); index++) APPS[name as AppName].snapshot(stack, `Snapshot${index}`, `web-${index}`);
app.synth();
