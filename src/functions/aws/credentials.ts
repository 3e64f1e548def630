/**
 * Takes the place of the SDK's credential chain in the bundle, of which it is the largest part to load:
 * a function gets its credentials from the environment and from nowhere else.
 */
export const defaultProvider = () => async () => ({
  accessKeyId: process.env.AWS_ACCESS_KEY_ID ?? '',
  secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY ?? '',
  sessionToken: process.env.AWS_SESSION_TOKEN,
});
