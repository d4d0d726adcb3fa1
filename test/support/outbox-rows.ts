import { readEvent, type ScimEvent } from 'nestjs-scim';
import type { DataSource } from 'typeorm';

/** Events in the outbox whose resource is one of these, in the order in which their transactions wrote them. */
export async function eventsIn(
  dataSource: DataSource,
  ...resourceIds: readonly string[]
): Promise<readonly ScimEvent[]> {
  const rows: { payload: unknown }[] = await dataSource.query(
    'select payload from scim_outbox order by created_at, id',
  );
  const events = rows.map(({ payload }) =>
    readEvent((typeof payload === 'string' ? JSON.parse(payload) : payload) as never),
  );
  const known = events.filter((event): event is ScimEvent => event !== undefined);
  return resourceIds.length === 0
    ? known
    : known.filter(({ resourceId }) => resourceIds.includes(resourceId));
}

/** Names of the classes of events. */
export function classesOf(events: readonly ScimEvent[]): string[] {
  return events.map((event) => event.constructor.name);
}

/** Waits until `check` is true, at most `milliseconds`. @throws Error when it never is */
export async function until(check: () => boolean | Promise<boolean>, milliseconds = 10_000): Promise<void> {
  const end = Date.now() + milliseconds;
  while (!(await check())) {
    if (Date.now() > end) throw new Error('What was waited for did not happen.');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
