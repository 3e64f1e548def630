import { ec2Error } from './errors';
import { findImage } from './images';
import { findSnapshot } from './snapshots';
import type { Context, Handler } from '../model/context';
import type { Tag } from '../model/records';

const MAX_TAGS = 50;

interface TagInput {
  Key?: string;
  Value?: string;
}

export const CreateTags: Handler = c => {
  const tags = (c.input.Tags as TagInput[]).map(readTag);
  const things = (c.input.Resources as string[]).map(id => find(c, id));
  const keys = new Set(tags.map(({ key }) => key));
  const all = things.map(thing => [...thing.tags.filter(({ key }) => !keys.has(key)), ...tags]);
  if (all.some(list => list.length > MAX_TAGS)) {
    throw ec2Error('TagLimitExceeded', `The maximum number of tags for a resource is ${MAX_TAGS}`);
  }
  things.forEach((thing, i) => {
    thing.tags = all[i];
  });
  return {};
};

/** Without tags it takes all of them; a tag with a value goes only if it has that value. */
export const DeleteTags: Handler = c => {
  const tags: TagInput[] | undefined = c.input.Tags;
  const things = (c.input.Resources as string[]).map(id => find(c, id));
  things.forEach(thing => {
    thing.tags = thing.tags.filter(({ key, value }) => tags !== undefined
      && !tags.some(tag => tag.Key === key && (tag.Value === undefined || tag.Value === (value ?? ''))));
  });
  return {};
};

function readTag({ Key: key = '', Value: value = '' }: TagInput): Tag {
  if (/^aws:/i.test(key)) {
    throw ec2Error('InvalidParameterValue', `Tag keys starting with 'aws:' are reserved for internal use: ${key}`);
  }
  if (key.length === 0 || key.length > 127 || value.length > 255) {
    throw ec2Error('InvalidParameterValue', `The tag is too long, or without a key: ${key}`);
  }
  return { key, value };
}

function find(c: Context, id: string): { tags: Tag[] } {
  if (id.startsWith('ami-')) {
    return findImage(c, id);
  }
  if (id.startsWith('snap-')) {
    return findSnapshot(c, id);
  }
  throw ec2Error('InvalidID', `The ID '${id}' is not valid`);
}
