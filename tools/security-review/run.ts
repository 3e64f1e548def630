/** Writes the tables of docs/security-review.md, from the templates: `npx projen docgen`. A test compares what is there with what this would write. */
import { readFileSync, writeFileSync } from 'node:fs';
import { PAGE, withTables } from './page';
import '../support/temp-folder';

writeFileSync(PAGE, withTables(readFileSync(PAGE, 'utf8')));
