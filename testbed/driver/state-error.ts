/** The error that ends a state, unless the definition retries or catches it. */
export class StateError extends Error {
  constructor(readonly error: string, readonly cause: string, readonly deliberate = false) {
    super(`${error}: ${cause}`);
  }
}
