import type { Client } from 'pg';
import { copyRows } from '../database/copy-rows.js';
import type { Directory, SizedGroup } from '../data/directory.js';
import type { Operation, RequestRange } from './operation.js';
import { patchBody } from './user-writes.js';

const CHUNK = 1000;

/** Operations on the groups of each size. */
export function groupOperations(): Operation[] {
  return ['small', 'middle', 'huge'].flatMap((word, place) => [
    ...changesOf(word, ({ sizedGroups }) => sizedGroups[place]!),
    ...readsOf(word, ({ sizedGroups }) => sizedGroups[place]!),
  ]);
}

type Pick = (directory: Directory) => SizedGroup;

function changesOf(word: string, group: Pick): Operation[] {
  const path = (directory: Directory): string => `/Groups/${group(directory).id}`;
  /** Numbers of the strangers that a run adds or removes. */
  const strangers = (directory: Directory, { from, count }: RequestRange): string[] =>
    Array.from({ length: count }, (_, i) => directory.stranger(from + i));
  const removeStrangers = async (database: Client, directory: Directory): Promise<void> => {
    await database.query(
      `delete from scim_group_member where tenant_id = 'large' and group_id = $1 and member_id >= $2`,
      [group(directory).id, directory.stranger(0)],
    );
  };
  return [
    {
      name: `add-member-${word}`,
      title: `PATCH a ${word} group, add 1 member`,
      connections: 1,
      most: 1000,
      status: 204,
      request: (i, { directory }) => ({
        method: 'PATCH',
        path: path(directory),
        body: patchBody({ op: 'add', path: 'members', value: [{ value: directory.stranger(i) }] }),
      }),
      isRight: (body) => body === '',
      restore: removeStrangers,
    },
    {
      name: `remove-member-${word}`,
      title: `PATCH a ${word} group, remove 1 member`,
      connections: 1,
      most: 1000,
      status: 204,
      request: (i, { directory }) => ({
        method: 'PATCH',
        path: path(directory),
        body: patchBody({ op: 'remove', path: `members[value eq "${directory.stranger(i)}"]` }),
      }),
      isRight: (body) => body === '',
      prepare: async (database, directory, range) => {
        const { id } = group(directory);
        const rows = strangers(directory, range).map((member) => ['large', id, member, 'User']);
        const columns = ['tenant_id', 'group_id', 'member_id', 'member_type'];
        await copyRows(database, 'scim_group_member', columns, rows);
      },
      restore: removeStrangers,
    },
    {
      name: `change-1000-members-${word}`,
      title: `PATCH a ${word} group, add 1,000 members and remove them again`,
      connections: 1,
      most: 20,
      status: 204,
      request: (i, { directory }) => {
        const from = Math.floor(i / 2) * CHUNK;
        const members = strangers(directory, { from, count: CHUNK }).map((value) => ({ value }));
        return {
          method: 'PATCH',
          path: path(directory),
          body: patchBody({ op: i % 2 === 0 ? 'add' : 'remove', path: 'members', value: members }),
        };
      },
      isRight: (body) => body === '',
      restore: removeStrangers,
    },
  ];
}

function readsOf(word: string, group: Pick): Operation[] {
  const read = (name: string, title: string, query: string, members: boolean): Operation => ({
    name: `${name}-${word}`,
    title: `GET a ${word} group${title}`,
    connections: members ? 1 : 16,
    status: 200,
    request: (_, { directory }) => ({ method: 'GET', path: `/Groups/${group(directory).id}${query}` }),
    isRight: (body, _, { directory }) => {
      const { id, members: size } = group(directory);
      const found = body.split('"$ref":').length - 1;
      return body.includes(`"id":"${id}"`) && found === (members ? size : 0);
    },
  });
  return [
    read('read-group', '', '', true),
    read('read-group-alone', ' without its members', '?excludedAttributes=members', false),
  ];
}
