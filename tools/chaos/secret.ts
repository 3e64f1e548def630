/** What stands in a user's secret properties, to be looked for where it should not be. */
export const SECRET = 'hush-hush-4711';
