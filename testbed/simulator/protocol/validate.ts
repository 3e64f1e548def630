import { AwsError, invalidInput, modelled } from '../errors';
import type { Options } from '../options';
import { BEYOND_ENUMS } from '../outcomes';
import { RESOURCE_NAME } from './facts';
import { Misfit, operationSchema } from './schema';

/** Refuses a request that does not fit the model, in the service's words. */
export function validateRequest(operation: string, input: unknown, options: Options): void {
  const misfit = operationSchema(operation)[options.unknownMembers === 'refused' ? 'request' : 'lenientRequest'](input);
  if (misfit) {
    throw toError(misfit);
  }
}

/** Stops the simulator when it is about to answer what the real service could not. */
export function assertAnswer(operation: string, answer: unknown): void {
  const misfit = operationSchema(operation).answer(answer);
  if (misfit && !(misfit.kind === 'enum' && BEYOND_ENUMS.includes(misfit.value))) {
    throw new Error(`simulator: answer of ${operation} does not fit its schema: ${JSON.stringify(misfit)}`);
  }
}

export const invalidName = (name: string): AwsError => invalidInput(
  `${name} is not a valid resource name. Resource names must be at least 2 characters long and contain only alphanumerics, -, _, and .`,
);

export function validateName(name: string): void {
  if (!RESOURCE_NAME.test(name)) {
    throw invalidName(name);
  }
}

function toError(misfit: Misfit): AwsError {
  const value = misfit.kind === 'required' ? 'null' : `'${String(misfit.value)}'`;
  // the one kind of text that ends without a full stop
  const constraint = (text: string) =>
    modelled('InvalidInputException', `1 validation error detected: Value ${value} at '${misfit.path}' failed to satisfy constraint: ${text}`);
  switch (misfit.kind) {
    case 'type':
      return new AwsError('SerializationException', `${misfit.path || 'The request'}: ${misfit.wanted} was expected`, 400);
    case 'unknown':
      return invalidInput(`Unknown parameter in input: ${misfit.path}`);
    case 'required':
      return constraint('Member must not be null');
    case 'enum':
      return constraint(`Member must satisfy enum value set: ${misfit.wanted}`);
    case 'range':
      return constraint(`Member must be ${misfit.wanted}`);
    case 'pattern':
      return misfit.wanted === RESOURCE_NAME.source
        ? invalidName(String(misfit.value))
        : constraint(`Member must satisfy regular expression pattern: ${misfit.wanted}`);
  }
}
