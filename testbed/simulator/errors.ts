import type { Options } from './options';

/** An error as Lightsail answers it: its name on the wire and, for the modelled ones, four members more. */
export class AwsError extends Error {
  constructor(
    readonly type: string,
    message: string,
    readonly status: number,
    readonly fields: { code?: string; tip?: string; docs?: string } = {},
  ) {
    super(message);
    this.name = type;
  }
}

const DOCS = 'https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_Operations.html';

/** The modelled errors with the status that the SDK's model gives them. */
const MODELLED: Record<string, { status: number; code: string; tip: string }> = {
  AccessDeniedException: { status: 403, code: 'AccessDenied', tip: 'Check the permissions of the caller' },
  UnauthenticatedException: { status: 401, code: 'Unauthenticated', tip: 'Sign the request with valid credentials' },
  InvalidInputException: { status: 400, code: 'InvalidInput', tip: 'Correct the input and try again' },
  NotFoundException: { status: 404, code: 'DoesNotExist', tip: 'Check the name and the Region and try again' },
  OperationFailureException: { status: 400, code: 'OperationFailure', tip: 'Wait for the resource to reach a stable state and try again' },
  AccountSetupInProgressException: { status: 428, code: 'AccountSetupInProgress', tip: 'Try again in a few minutes' },
  RegionSetupInProgressException: { status: 428, code: 'RegionSetupInProgress', tip: 'Try again in a few minutes' },
  ServiceException: { status: 500, code: 'InternalFailure', tip: 'Try again' },
};

export function modelled(type: string, message: string, fields: { code?: string; tip?: string; docs?: string } = {}): AwsError {
  const { status, code, tip } = MODELLED[type];
  return new AwsError(type, message, status, { code: fields.code ?? code, docs: fields.docs ?? DOCS, tip: fields.tip ?? tip });
}

export const isModelled = (type: string): boolean => type in MODELLED;

/** In a whole sentence: Lightsail's own all end with a full stop. */
const sentence = (message: string): string => (message.endsWith('.') ? message : `${message}.`);

export const invalidInput = (message: string, code?: string): AwsError => modelled('InvalidInputException', sentence(message), { code });

/** In AWS's words, which do not say what holds the names. */
export const namesInUse = (names: string[]): AwsError =>
  modelled('InvalidInputException', `Some names are already in use: ${names.join(', ')}.`, { code: 'NameExists', tip: 'Choose another name' });

export const notFound = (options: Options, resourceType: string, name: string): AwsError => options.notFoundAs === 'NotFoundException'
  ? modelled('NotFoundException', `The ${resourceType} does not exist: ${name}.`)
  : modelled('InvalidInputException', `DoesNotExist: The ${resourceType} does not exist: ${name}.`, { code: 'DoesNotExist' });

export const notNow = (options: Options, message: string): AwsError => modelled(options.notNowAs, sentence(message), { code: 'ResourceNotReady' });

/** In words of our own, where AWS's are not known. */
export const quotaExceeded = (what: string, limit: number): AwsError =>
  invalidInput(`You have reached the maximum number of ${what}: ${limit}`, 'LimitExceeded');

/** AWS's own words for the other quotas: what is final may well ask to "try again". */
export const QUOTA_TEXTS = {
  instances: (limit: number) => `Sorry, you've reached your maximum limit of Lightsail Instances : ${limit}.\n`
    + "If you're new to Lightsail, please try again later. If the issue persists, please contact Customer Support.",
  plan: () => 'Sorry, your account can not create an instance using this Lightsail plan size. '
    + 'Please try a smaller plan size or contact Customer Support if you need to use a larger plan.',
  disks: () => "You've reached the limit of disks in this account.",
  allDisks: () => "You've reached the maximum size limit of all disks in this account.",
} as const;

export const throttled = (): AwsError => new AwsError('ThrottlingException', 'Rate exceeded', 400);
