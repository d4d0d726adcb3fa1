import type { Client } from 'pg';
import { type Bar, bar } from '../bars/bar.js';
import { walBytesOf } from '../counts/wal-bytes.js';
import type { Directory } from '../data/directory.js';
import { GROUPS, OpenStore } from './open-store.js';
import { timeInTurns } from './time-statements.js';

const REPEATS = 1;

/** PUT of a group of which half the members change, against deleting all and inserting all (goal 10). */
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
  const rewrite = async (ids: readonly string[]): Promise<void> => {
    await database.query('begin');
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
    await open.close();
  }
}
