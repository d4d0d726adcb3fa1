import { readFileSync } from 'node:fs';
import { type GroupMembersChanged, readEvent, type ScimEvent } from 'nestjs-scim';
import type { DataSource } from 'typeorm';
import type { CrashClient } from './crash-client.js';

/** What the handlers have heard, in the order in which they did. */
export function readJournal(file: string): ScimEvent[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => readEvent(JSON.parse(line) as never)!);
}

/** What must hold when everything is quiet again; each violation as a sentence. */
export async function violations(
  dataSource: DataSource,
  clients: readonly CrashClient[],
  journal: readonly ScimEvent[],
): Promise<string[]> {
  const written: { id: string; stream: string; sequence: string; type: string; settled_at: string }[] =
    await dataSource.query('select id, stream, sequence, type, settled_at from scim_outbox');
  const resources: { stream: string; version: number; active: boolean | null }[] = await dataSource.query(`
    select 'User:' || id as stream, version, active from scim_user
    union all select 'Group:' || id, version, null from scim_group`);
  const found = [
    ...lostEvents(clients, journal),
    ...phantoms(journal, new Set(written.map(({ id }) => id))),
    ...written.filter(({ settled_at }) => settled_at === '').map(({ id }) => `${id} was never delivered`),
    ...disorder(journal),
  ];
  const versions = new Map<string, Set<number>>();
  for (const { stream, sequence } of written) {
    const known = versions.get(stream) ?? new Set();
    versions.set(stream, known.add(Math.floor(Number(sequence) / 1000)));
  }
  for (const { stream, version } of resources) {
    const told = [...(versions.get(stream) ?? [])].toSorted((a, b) => a - b);
    const expected = Array.from({ length: version }, (_, i) => i + 1);
    if (told.join() !== expected.join())
      found.push(`${stream} has version ${version} and events of ${told.join()}`);
  }
  const inactive = resources.filter(({ active }) => active === false);
  for (const { stream } of inactive) {
    if (lastOf(written, stream) !== 'scim.user.deactivated.v1')
      found.push(`${stream} was silently deactivated`);
  }
  return [...found, ...(await memberFaults(dataSource, clients, journal))];
}

/** No acknowledged change without its event delivered. */
function* lostEvents(clients: readonly CrashClient[], journal: readonly ScimEvent[]): Generator<string> {
  const heard = new Set(journal.map(({ resourceId, version }) => `${resourceId} ${version}`));
  const deleted = new Set(
    journal.filter(({ type }) => type === 'scim.user.deleted.v1').map(({ resourceId }) => resourceId),
  );
  for (const { id, version } of clients.flatMap(({ acknowledged }) => acknowledged)) {
    const told = version === undefined ? deleted.has(id) : heard.has(`${id} ${version}`);
    if (!told) yield `the acknowledged version ${version ?? 'of the deletion'} of ${id} was not told`;
  }
}

/** No event for a change that was not committed. */
function phantoms(journal: readonly ScimEvent[], committed: ReadonlySet<string>): string[] {
  return journal.filter(({ id }) => !committed.has(id)).map(({ id }) => `${id} was told and never committed`);
}

/** In order for each stream; a repetition may come late, something new never. */
function* disorder(journal: readonly ScimEvent[]): Generator<string> {
  const last = new Map<string, number>();
  const heard = new Set<string>();
  for (const { id, stream, sequence } of journal) {
    if (!heard.has(id) && sequence <= (last.get(stream) ?? 0)) yield `${stream} ${sequence} came late`;
    heard.add(id);
    last.set(stream, Math.max(sequence, last.get(stream) ?? 0));
  }
}

/** Members as stored, as the clients know them and as the events tell them. */
async function memberFaults(
  dataSource: DataSource,
  clients: readonly CrashClient[],
  journal: readonly ScimEvent[],
): Promise<string[]> {
  const rows: { group_id: string; member_id: string }[] = await dataSource.query(
    'select group_id, member_id from scim_group_member',
  );
  const events = new Map(journal.map((event) => [event.id, event]));
  const ordered = [...events.values()].toSorted((a, b) => a.sequence - b.sequence);
  const faults: string[] = [];
  for (const { group, members } of clients) {
    const stored = rows.filter(({ group_id }) => group_id === group).map(({ member_id }) => member_id);
    const told = new Set<string>();
    for (const event of ordered.filter(({ resourceId }) => resourceId === group)) {
      const { added = [], removed = [] } = event as Partial<GroupMembersChanged>;
      for (const { id } of removed) told.delete(id);
      for (const { id } of added) told.add(id);
    }
    const text = (ids: Iterable<string>): string => [...ids].toSorted().join();
    if (text(stored) !== text(members)) faults.push(`the members of ${group} are not those of the client`);
    if (text(stored) !== text(told)) faults.push(`the members of ${group} are not those of its events`);
  }
  return faults;
}

function lastOf(
  written: readonly { stream: string; sequence: string; type: string }[],
  stream: string,
): string | undefined {
  const events = written.filter((row) => row.stream === stream && /activated/.test(row.type));
  return events.toSorted((a, b) => Number(a.sequence) - Number(b.sequence)).at(-1)?.type;
}
