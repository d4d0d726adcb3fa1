import type { Client } from 'pg';
import { type Bar, bar } from '../bars/bar.js';
import { walBytesOf } from '../counts/wal-bytes.js';
import type { Directory } from '../data/directory.js';
import { eventRow, eventValues } from '../control/event-row.js';
import { INSERT_EVENT } from '../control/user-sql.js';
import { GROUPS, OpenStore } from './open-store.js';
import { timeInTurns } from './time-statements.js';

const REPEATS = 1;

/** Members in one event, as the library tells of them. */
const TOLD = 2000;

/**
 * PUT of a group of which half the members change, against deleting all and inserting all (goal 10). Both promise the
 * same: who is put in is there and stays there, and an event tells who came and who went.
 */
export async function memberReplacementBars(
  url: string,
  database: Client,
  directory: Directory,
): Promise<Bar[]> {
  const { large, sizedGroups, sizes } = directory;
  const group = sizedGroups.find(({ members }) => members >= 10_000) ?? sizedGroups.at(-1)!;
  const half = group.members / 2;
  const original = Array.from({ length: group.members }, (_, i) => directory.userId(large, i));
  const changed = original.map((id, i) => (i < half ? id : directory.stranger(i)));
  const origin = { tenantId: large.id, connectionId: null, by: 'host' as const };
  const open = await OpenStore.open({ type: 'postgres', url });
  const replace = async (ids: readonly string[]): Promise<void> => {
    const members = ids.map((id) => ({ id }));
    await open.store.modify(GROUPS, origin, group.id, ({ document, concealed }) => ({
      document,
      concealed,
      members: [{ kind: 'replace', members }],
    }));
  };
  let told = 0;
  const tell = async (gone: readonly string[], come: readonly string[]): Promise<void> => {
    const member = (id: string) => ({ id, type: 'User' });
    for (let from = 0; from < half; from += TOLD / 2) {
      const part = { removed: gone.slice(from, from + TOLD / 2), added: come.slice(from, from + TOLD / 2) };
      const more = { removed: part.removed.map(member), added: part.added.map(member) };
      const resource = { type: 'Group' as const, id: group.id, version: 1_000_000 + told++ };
      const event = eventRow(
        'scim.group.members-changed.v1',
        resource,
        new Date().toISOString(),
        large.id,
        more,
      );
      await database.query(INSERT_EVENT.text, eventValues(large.id, new Date().toISOString(), event));
    }
  };
  const rewrite = async (ids: readonly string[]): Promise<void> => {
    await database.query('begin');
    await database.query(
      'select id from scim_user where tenant_id = $1 and id = any($2) order by id for key share',
      [large.id, ids],
    );
    await database.query('delete from scim_group_member where tenant_id = $1 and group_id = $2', [
      large.id,
      group.id,
    ]);
    await database.query(
      `insert into scim_group_member (tenant_id, group_id, member_id, member_type)
        select $1, $2, m, 'User' from unnest($3::text[]) m`,
      [large.id, group.id, ids],
    );
    await database.query('update scim_group set version = version + 1 where tenant_id = $1 and id = $2', [
      large.id,
      group.id,
    ]);
    await tell(ids === changed ? original.slice(half) : changed.slice(half), ids.slice(half));
    await database.query('commit');
  };
  let turn = 0;
  const next = (): readonly string[] => (turn++ % 2 === 0 ? changed : original);
  try {
    const works = [() => replace(next()), () => rewrite(next())];
    const [ours, all] = await timeInTurns(works, sizes.rounds * 2, REPEATS);
    const ourWal = await walBytesOf(database, works[0]!, 3);
    const allWal = await walBytesOf(database, works[1]!, 3);
    return [
      bar(
        '10 half of the members replaced: time, to deleting and inserting all',
        ours! / all!,
        '<=',
        0.7,
        `${ours!.toFixed(1)} ms to ${all!.toFixed(1)} ms, ${group.members} members`,
      ),
      bar(
        '10 half of the members replaced: WAL, to deleting and inserting all',
        ourWal === undefined || allWal === undefined ? undefined : ourWal / allWal,
        '<=',
        0.6,
      ),
    ];
  } finally {
    await rewrite(original);
    await database.query('delete from scim_outbox where tenant_id = $1 and stream = $2', [
      large.id,
      `Group:${group.id}`,
    ]);
    await open.close();
  }
}
