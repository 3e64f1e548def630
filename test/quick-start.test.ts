/** The README's quick starts are the code of the examples, which are built in every language. */
import { readFileSync } from 'fs';
import { join } from 'path';

const textOf = (...path: string[]) => readFileSync(join(__dirname, '..', ...path), 'utf8');

test.each([
  ['ts nofixture', 'typescript/quick-start/app.ts'],
  ['python', 'python/quick-start/app.py'],
  ['java', 'java/quick-start/src/main/java/site/SiteApp.java'],
  ['go', 'go/quick-start/site.go'],
  ['csharp', 'csharp/quick-start/Program.cs'],
])('in %s', (language, file) => {
  expect(textOf('README.md')).toContain(`\`\`\`${language}\n${textOf('examples', file)}\`\`\`\n`);
});
