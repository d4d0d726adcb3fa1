import { Client } from 'pg';
import { writeFileSync } from 'node:fs';
import { copyRows } from '../database/copy-rows.js';
import { ProgressBar } from '../database/progress-bar.js';
import type { Directory } from '../data/directory.js';
import { person } from '../data/person.js';
import type { PeerIds } from '../data/peer-directory.js';
import { usersOf } from '../data/user-rows.js';
import { requestOnce } from '../measure/request-once.js';
import type { Variant } from '../measure/variant.js';

const AT_ONCE = 8;

/** Tables of the store that was written for SCIMMY, filled with the large tenant and a group of it. */
export async function seedScimmy(url: string, directory: Directory): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`drop table if exists peer_resource, peer_member`);
    await client.query(`create table peer_resource (kind text not null, id text primary key, user_name_key text,
      name_key text, external_id text, document jsonb not null, created timestamptz not null default now(),
      modified timestamptz not null default now())`);
    await client.query(
      'create table peer_member (group_id text, user_id text, primary key (group_id, user_id))',
    );
    const columns = ['kind', 'id', 'user_name_key', 'external_id', 'document'];
    const users = [...usersOf(directory.large)].map(({ id, document: { schemas: _, ...document } }) => [
      'User',
      id,
      document.userName.toLowerCase(),
      document.externalId,
      JSON.stringify(document),
    ]);
    await copyRows(client, 'peer_resource', columns, users);
    const group = directory.sizedGroups[1]!;
    const members = Array.from({ length: group.members }, (_, i) => [
      group.id,
      directory.userId(directory.large, i),
    ]);
    await copyRows(client, 'peer_resource', columns, [
      ['Group', group.id, null, null, JSON.stringify({ displayName: 'Group' })],
    ]);
    await copyRows(client, 'peer_member', ['group_id', 'user_id'], members);
    await client.query(`create unique index on peer_resource (kind, user_name_key) where user_name_key is not null;
      create index on peer_resource (kind, external_id); create index on peer_resource (kind, name_key);
      create index on peer_resource (kind, id); create index on peer_member (user_id); analyze peer_resource, peer_member`);
  } finally {
    await client.end();
  }
}

/** Creates users and a group over the peer's own interface. @throws Error when it refuses */
export async function seedThroughApi(
  peer: Pick<Variant, 'baseUrl' | 'tokens' | 'name'>,
  domain: string,
  { users, members }: { readonly users: number; readonly members: number },
  idsFile: string,
): Promise<void> {
  const progress = new ProgressBar(`Users of ${peer.name}`, users);
  const ids: string[] = [];
  const create = async (path: string, body: object): Promise<string> => {
    const answer = await requestOnce(peer, 'large', { method: 'POST', path, body: JSON.stringify(body) });
    if (answer.status !== 201)
      throw new Error(`${path} answers ${answer.status} ${answer.body.slice(0, 300)}`);
    return (JSON.parse(answer.body) as { id: string }).id;
  };
  for (let from = 0; from < users; from += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, users - from) }, (_, i) => from + i);
    ids.push(...(await Promise.all(numbers.map((number) => create('/Users', person(domain, number))))));
    progress.advance(numbers.length);
  }
  progress.end();
  const group = await create('/Groups', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
    displayName: 'Group',
    members: ids.slice(0, members).map((value) => ({ value })),
  });
  writeFileSync(idsFile, JSON.stringify({ users: ids, group } satisfies PeerIds));
}
