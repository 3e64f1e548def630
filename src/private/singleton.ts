/** Constructs of which a stack has one: found by a fixed id, and only if they are of this version of the library. */
import { readFileSync } from 'fs';
import { join } from 'path';
import { Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { quote } from './validate';

/** Package name, and the namespace of all ids that the library takes at the top of a stack. */
export const PACKAGE = 'cdk-lightsail-snapshots';

/** Read from the package, which npm may have installed more than once. */
const VERSION: string = JSON.parse(readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8')).version;

/** Registered globally, so that another copy of the library finds it as well. */
const VERSION_OF = Symbol.for(`${PACKAGE}.version`);

/** The construct of a stack with an id of the library's. It is created by the first who asks for it. */
export function getOrCreateSingleton<C extends IConstruct>(scope: IConstruct, id: string, create: (stack: Stack) => C): C {
  const stack = Stack.of(scope);
  const found = stack.node.tryFindChild(id);
  if (!found) return Object.defineProperty(create(stack), VERSION_OF, { value: VERSION });
  const version: string | undefined = Reflect.get(found, VERSION_OF);
  if (version === undefined) throw new Error(`${found.node.path}: the id ${quote(id)} belongs to cdk-lightsail-snapshots. give this construct another id`);
  if (version === VERSION) return found as C;
  throw new Error(`${stack.node.path}: two versions of cdk-lightsail-snapshots serve this stack, ${version} and ${VERSION}. `
    + 'install one of them: `npm ls cdk-lightsail-snapshots` shows which packages ask for which');
}
