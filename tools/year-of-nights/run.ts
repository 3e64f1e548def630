/** Writes the picture of the README: `npx tsx tools/year-of-nights/run.ts`. A test compares what is there with what this would write. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { picture } from './picture';

writeFileSync(join(__dirname, '..', '..', 'docs', 'backup', 'year.svg'), picture());
