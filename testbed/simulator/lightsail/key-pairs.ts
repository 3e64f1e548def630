import { DEFAULT_KEY_PAIR } from './placement';
import type { Context, Handler } from '../model/context';
import { get, list } from '../model/lookup';
import { page } from '../model/paging';
import type { KeyPairRecord } from '../model/records';
import { viewTags } from '../model/tags';

export const GetKeyPair: Handler = c => ({ keyPair: viewKeyPair(c, get(c, 'KeyPair', c.input.keyPairName)) });

export const GetKeyPairs: Handler = c => {
  const shown = list(c, 'KeyPair').filter(({ name }) => name !== DEFAULT_KEY_PAIR || c.input.includeDefaultKeyPair);
  const { items, nextPageToken } = page(c, shown, ({ name }) => name);
  return { keyPairs: items.map(keyPair => viewKeyPair(c, keyPair)), nextPageToken };
};

const viewKeyPair = (c: Context, keyPair: KeyPairRecord): object => ({
  name: keyPair.name,
  arn: keyPair.arn,
  supportCode: keyPair.supportCode,
  createdAt: keyPair.createdAt / 1000,
  location: { availabilityZone: keyPair.zone, regionName: keyPair.region },
  resourceType: keyPair.resourceType,
  tags: viewTags(c, keyPair),
  fingerprint: keyPair.fingerprint,
});
