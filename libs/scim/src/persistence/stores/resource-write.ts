import type { ChangeOrigin } from '../../events/change-origin.js';
import type { CommitHandler } from '../../events/commit-handlers.js';
import { eventsOf } from '../../events/events-of.js';
import type { ChangedMember, MembersChange, ResourceChange } from '../../events/resource-change.js';
import { ScimError } from '../../protocol/error/scim-error.js';
import { sameDocument } from '../../protocol/resource/same-value.js';
import type { JsonObject } from '../../protocol/schema/json.js';
import type { CurrentResource, ResourceContent, ResourceHead } from '../../provisioning/resource-store.js';
import type { Transaction } from '../database.js';
import { faultOf } from '../database-errors.js';
import type { ResourceTable } from './resource-table.js';
import type { StoreContext } from './store-context.js';

/** One write of the store: its transaction, on whose behalf it is, and what it has changed so far. */
export class ResourceWrite {
  private readonly changes: ResourceChange[] = [];

  constructor(
    readonly tx: Transaction,
    readonly origin: ChangeOrigin,
  ) {}

  get tenantId(): string {
    return this.origin.tenantId;
  }

  /**
   * Runs `work` in a transaction, then whatever belongs to the changes that it noted: guards, the host's handlers, the
   * events. All or nothing.
   */
  static run<T>(
    { database, outbox, commitHandlers }: StoreContext,
    origin: ChangeOrigin,
    work: (write: ResourceWrite) => Promise<T>,
  ): Promise<T> {
    return database.transaction(async (tx) => {
      const write = new ResourceWrite(tx, origin);
      const result = await work(write);
      const { changes } = write;
      if (changes.length === 0) return result;
      const events = changes.flatMap(eventsOf);
      const concerned = commitHandlers?.concernedBy(changes, events) ?? [];
      if (concerned.length > 0) {
        // What the writes themselves run into is no fault of a handler.
        await tx.open();
        await handle(database, concerned, tx);
      }
      await outbox.append(events, tx);
      return result;
    });
  }

  created(
    { type, kind }: ResourceTable,
    { id, version, lastModified }: ResourceHead,
    { document }: ResourceContent,
    joined: readonly ChangedMember[] = [],
  ): void {
    const members = joined.length > 0 ? { members: { added: joined, removed: [] } } : {};
    this.note({
      kind: 'created',
      resourceType: type.name,
      ...namesIn(kind, document),
      id,
      version,
      time: lastModified,
      after: document,
      ...members,
    });
  }

  modified(
    { type, kind }: ResourceTable,
    before: CurrentResource,
    { id, version, lastModified }: ResourceHead,
    content: ResourceContent,
    members?: MembersChange,
  ): void {
    this.note({
      kind: 'modified',
      resourceType: type.name,
      ...namesIn(kind, content.document),
      id,
      version,
      time: lastModified,
      before: before.document,
      after: content.document,
      concealed: changedNames(before.concealed, content.concealed),
      ...(members && members.added.length + members.removed.length > 0 ? { members } : {}),
    });
  }

  note(change: Omit<ResourceChange, 'origin'>): void {
    this.changes.push({ ...change, origin: this.origin });
  }
}

async function handle(
  database: StoreContext['database'],
  handlers: readonly CommitHandler[],
  tx: Transaction,
): Promise<void> {
  try {
    for (const handler of handlers) await handler(tx);
  } catch (error) {
    throw isTransient(database, error) ? error : refusal(error);
  }
}

/** What a log or a handler calls the resource. */
export function namesIn(
  kind: ResourceTable['kind'],
  { externalId, userName, displayName }: JsonObject,
): Pick<ResourceChange, 'externalId' | 'name'> {
  const name = kind === 'user' ? userName : displayName;
  return { externalId: textOrNone(externalId), name: textOrNone(name) };
}

function textOrNone(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function changedNames(before: JsonObject, after: JsonObject): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => !sameDocument(before[name], after[name]));
}

/** Lost against another transaction, or the database is busy or away: nobody's fault, and the request can be repeated. */
function isTransient({ dialect }: StoreContext['database'], error: unknown): boolean {
  const kind = faultOf(error, dialect)?.kind;
  return kind === 'retry' || kind === 'timeout' || kind === 'unavailable';
}

/** A handler's fault is no fault of the client's data, whatever the database calls it. */
function refusal(error: unknown): ScimError {
  return error instanceof ScimError ? error : ScimError.internal(error);
}
