declare module 'asl-validator' {
  /** Adds defaults to the definition that it is given. */
  export default function validate(definition: object): { readonly isValid: boolean; errorsText(separator?: string): string };
}
