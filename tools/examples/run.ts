/**
 * The examples, against the library as its users get it: packed, and installed from the package. Every app is synthesised; the one that is
 * written in every language must come to the same template in each. `-- --short` leaves out Java, Go and .NET.
 */
import { rmSync } from 'fs';
import { Book } from './book';
import { checkCsharp } from './csharp';
import { golang, java, Language, python } from './languages';
import { OUT, pack } from './package';
import { pytest } from './testing-page';
import { integ, topics, typecheck } from './typescript';
import '../support/temp-folder';

async function main() {
  const short = process.argv.includes('--short');
  const others: Language[] = short ? [python] : [python, java, golang];
  const book = new Book();
  others.forEach(language => language.require());
  rmSync(OUT, { recursive: true, force: true });

  await book.enter('the library, compiled and packed for npm', () => pack('js'));
  await book.enter('TypeScript: types', () => typecheck());
  for (const [name, synthesise] of topics()) await book.enter(`TypeScript: ${name}`, synthesise);
  for (const [name, synthesise] of integ()) await book.enter(`integration test: ${name}`, synthesise);
  for (const language of others) {
    await book.enter(`${language.name}: packed`, () => language.prepare());
    for (const topic of language.topics()) await book.enter(`${language.name}: ${topic}, the same template`, () => language.check(topic));
  }
  await book.enter('Python: docs/testing.md, with pytest', pytest);
  if (!short) await book.enter('C#: every type and member is in the generated sources (there is no SDK here that would compile it)', checkCsharp);
  book.close();
}

main().catch(error => {
  console.error(`\nexamples: ${error.message}`);
  process.exitCode = 1;
});
