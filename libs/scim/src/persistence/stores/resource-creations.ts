import type { ChangeOrigin } from '../../events/change-origin.js';
import { ScimError } from '../../protocol/error/scim-error.js';
import type { MembershipStep } from '../../protocol/patch/membership.js';
import type { ResourceType } from '../../protocol/schema/resource-type.js';
import { comparisonKey } from '../../protocol/text/comparison-key.js';
import type { ModifiedResource, ResourceContent, ResourceHead } from '../../provisioning/resource-store.js';
import type { Transaction } from '../database.js';
import { Parameters, type Statement } from '../dialects/statement.js';
import { uuidV7 } from '../../events/uuid-v7.js';
import { MembershipWrites } from './membership-writes.js';
import { ResourceChanges } from './resource-changes.js';
import { concealedText, INSERTED, ResourceRowWrites } from './resource-row-writes.js';
import type { ResourceTable } from './resource-table.js';
import { ResourceWrite } from './resource-write.js';
import type { StoreContext } from './store-context.js';

type Outcome = ModifiedResource | ScimError;

/** A resource that may be inserted. */
interface Candidate {
  /** In the list of contents. */
  readonly place: number;
  readonly head: ResourceHead;
  readonly content: ResourceContent;
  /** The document as text. */
  readonly json: string;
  readonly columns: readonly unknown[];
  /** What no other resource of the tenant may have; null: nothing. */
  readonly uniqueKey: string | null;
  readonly members: readonly string[];
}

/** Parameters of one insert; SQLite takes 32,766 and PostgreSQL 65,535. */
const MAX_PARAMETERS = 16_000;

/** Their values are JSON texts. */
const JSON_COLUMNS = new Set(['document', 'concealed']);

/** Creates many resources in few statements. */
export class ResourceCreations {
  private readonly rows: ResourceRowWrites;
  private readonly memberships: MembershipWrites;
  private readonly changes: ResourceChanges;

  constructor(private readonly context: StoreContext) {
    this.rows = new ResourceRowWrites(context);
    this.memberships = new MembershipWrites(context);
    this.changes = new ResourceChanges(context);
  }

  async createMany(
    type: ResourceType,
    origin: ChangeOrigin,
    contents: readonly ResourceContent[],
  ): Promise<Outcome[]> {
    // What these options ask of each resource is asked where one is created.
    const each = this.context.pendingMembers || type.attribute('externalId')?.uniqueness !== 'none';
    if (contents.length < 2 || each) return this.oneByOne(type, origin, contents);
    try {
      return await ResourceWrite.run(this.context, origin, (write) => this.together(write, type, contents));
    } catch (error) {
      // A value that the database refuses, or a resource that a handler does: which one it was comes out one by one.
      if (!(error instanceof ScimError) || error.status === 503) throw error;
      return this.oneByOne(type, origin, contents);
    }
  }

  private async oneByOne(
    type: ResourceType,
    origin: ChangeOrigin,
    contents: readonly ResourceContent[],
  ): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    for (const content of contents) {
      try {
        outcomes.push(await this.changes.create(type, origin, content));
      } catch (error) {
        if (!(error instanceof ScimError) || error.status === 503) throw error;
        outcomes.push(error);
      }
    }
    return outcomes;
  }

  private async together(
    write: ResourceWrite,
    type: ResourceType,
    contents: readonly ResourceContent[],
  ): Promise<Outcome[]> {
    const { tx, tenantId } = write;
    const table = this.context.table(type);
    const outcomes = contents.map((): Outcome | undefined => undefined);
    let candidates = this.candidates(table, contents, outcomes);
    candidates = await this.withKnownReferences(tx, tenantId, candidates, outcomes);
    const memberTypes = await this.memberTypes(tx, tenantId, candidates);
    candidates = candidates.filter(({ place, members }) => {
      if (members.every((id) => memberTypes.has(id))) return true;
      outcomes[place] = ScimError.invalidValue(
        'members names at least one id that belongs to no user or group.',
      );
      return false;
    });
    candidates = await this.withFreeGroupName(tx, table, tenantId, candidates, outcomes);
    const created = await this.insert(tx, table, tenantId, candidates);
    const lost = candidates.filter(({ head }) => !created.has(head.id));
    await this.explain(tx, table, tenantId, lost, outcomes);
    candidates = candidates.filter(({ head }) => created.has(head.id));
    await this.rows.insertValuesOf(
      tx,
      table,
      tenantId,
      candidates.map(({ head, content }) => ({ id: head.id, document: content.document })),
    );
    const memberships = candidates.flatMap(({ head, members }) =>
      members.map((id) => ({ group_id: head.id, id, type: memberTypes.get(id)! })),
    );
    await this.memberships.addToNew(tx, tenantId, memberships);
    for (const { place, head, content, json, members } of candidates) {
      const joined = members.map((id) => ({ id, type: memberTypes.get(id)! }));
      write.created(table, head, content, joined);
      // Whoever is new is in no group; with pendingMembers it may be, but then each is created by itself.
      outcomes[place] = { head, changed: true, document: content.document, json, groups: [] };
    }
    return outcomes.map((outcome) => outcome ?? ScimError.internal());
  }

  private candidates(
    table: ResourceTable,
    contents: readonly ResourceContent[],
    outcomes: (Outcome | undefined)[],
  ): Candidate[] {
    const now = new Date().toISOString();
    return contents.flatMap((content, place): Candidate[] => {
      try {
        const columns = table.written.map((column) => column.value(content.document));
        const head = { id: uuidV7(), version: 1, created: now, lastModified: now };
        const uniqueKey = uniqueKeyOf(table, content);
        const json = JSON.stringify(content.document);
        const members = membersOf(content.members ?? []);
        return [{ place, head, content, json, columns, uniqueKey, members }];
      } catch (error) {
        if (!(error instanceof ScimError)) throw error;
        outcomes[place] = error;
        return [];
      }
    });
  }

  private async withKnownReferences(
    tx: Transaction,
    tenantId: string,
    candidates: readonly Candidate[],
    outcomes: (Outcome | undefined)[],
  ): Promise<Candidate[]> {
    const known = await this.rows.lockKnownReferences(
      tx,
      tenantId,
      candidates.flatMap(({ content }) => content.references ?? []),
    );
    return candidates.filter(({ place, content }) => {
      if ((content.references ?? []).every((id) => known.has(id))) return true;
      outcomes[place] = ScimError.invalidValue('manager.value is the id of no user.');
      return false;
    });
  }

  /** Resource type of each member of the new groups that there is; they stay until the transaction ends. */
  private async memberTypes(
    tx: Transaction,
    tenantId: string,
    candidates: readonly Candidate[],
  ): Promise<ReadonlyMap<string, string>> {
    const ids = [...new Set(candidates.flatMap(({ members }) => members))];
    if (ids.length === 0) return new Map();
    const known = await this.memberships.lockKnown(tx, tenantId, ids);
    return new Map(known.map(({ id, type }) => [id, type]));
  }

  /** The unique index holds only groups of connections that want unique names; this looks at all others. */
  private async withFreeGroupName(
    tx: Transaction,
    table: ResourceTable,
    tenantId: string,
    candidates: Candidate[],
    outcomes: (Outcome | undefined)[],
  ): Promise<Candidate[]> {
    const keys = candidates.flatMap(({ uniqueKey }) => uniqueKey ?? []);
    if (table.kind !== 'group' || keys.length === 0) return candidates;
    const { dialect } = this.context.database;
    const rows = await tx.run<{ name_key: string }>({
      text: `select r.display_name_key as name_key from ${table.table} r
        where r.tenant_id = $1 and ${dialect.isOneOf(dialect.codePoints('r.display_name_key'), '$2')}`,
      values: [tenantId, dialect.list(keys)],
      prepare: true,
    });
    const used = new Set(rows.map(({ name_key }) => name_key));
    return candidates.filter(({ place, uniqueKey }) => {
      if (uniqueKey === null || !used.has(uniqueKey)) return true;
      outcomes[place] = taken(table);
      return false;
    });
  }

  /** Ids of the candidates that were inserted; the others lost a unique value to someone. */
  private async insert(
    tx: Transaction,
    table: ResourceTable,
    tenantId: string,
    candidates: readonly Candidate[],
  ): Promise<ReadonlySet<string>> {
    const names = [...INSERTED, ...table.written.map(({ column }) => column)];
    if (table.kind === 'group') names.push('unique_name_key');
    // In the order of names, so that two batches never wait for each other; among equals the first stays first.
    const ordered = candidates.toSorted((a, b) => compare(a.uniqueKey ?? '', b.uniqueKey ?? ''));
    const { dialect } = this.context.database;
    const size = Math.max(1, Math.floor(MAX_PARAMETERS / names.length));
    const created = new Set<string>();
    for (let start = 0; start < ordered.length; start += size) {
      const rows = this.rowsOf(table, tenantId, names, ordered.slice(start, start + size));
      const inserted = await tx.run<{ id: string }>({
        ...rows,
        text: `insert into ${table.table} (${names.join(', ')}) ${rows.text}
          ${dialect.orSkip(table.table)}${dialect.returns ? ' returning id' : ''}`,
      });
      for (const { id } of inserted) created.add(id);
    }
    return dialect.returns ? created : this.present(tx, table, tenantId, candidates);
  }

  /** What stands behind the columns of the insert: one text where the database reads rows out of it. */
  private rowsOf(
    table: ResourceTable,
    tenantId: string,
    names: readonly string[],
    candidates: readonly Candidate[],
  ): Statement {
    const rows = candidates.map((candidate) => this.rowOf(table, tenantId, candidate));
    const source = this.context.database.dialect.rowsOf?.(table.table, '$1');
    if (source !== undefined) {
      const keys = names.map((name) => `${JSON.stringify(name.replaceAll('"', ''))}:`);
      const member = (value: unknown, i: number): string =>
        keys[i]! + (JSON_COLUMNS.has(names[i]!) ? (value as string | null) : JSON.stringify(value));
      const objects = rows.map((row) => `{${row.map(member).join(',')}}`);
      const text = `select ${names.join(', ')} from ${source}`;
      return { text, values: [`[${objects.join(',')}]`], prepare: true };
    }
    const parameters = new Parameters();
    const texts = rows.map((row) => `(${row.map((value) => parameters.add(value)).join(', ')})`);
    return { text: `values ${texts.join(', ')}`, values: parameters.values };
  }

  /** Ids that are there; nobody else has made them. */
  private async present(
    tx: Transaction,
    table: ResourceTable,
    tenantId: string,
    candidates: readonly Candidate[],
  ): Promise<ReadonlySet<string>> {
    const { dialect } = this.context.database;
    const rows = await tx.run<{ id: string }>({
      text: `select r.id from ${table.table} r where r.tenant_id = $1 and ${dialect.isOneOf('r.id', '$2')}${table.ofType('r.')}`,
      values: [tenantId, dialect.list(candidates.map(({ head }) => head.id))],
      prepare: true,
    });
    return new Set(rows.map(({ id }) => id));
  }

  /** Why some were not inserted: their name is taken, else a unique index of the host's own stood in the way. */
  private async explain(
    tx: Transaction,
    table: ResourceTable,
    tenantId: string,
    lost: readonly Candidate[],
    outcomes: (Outcome | undefined)[],
  ): Promise<void> {
    if (lost.length === 0) return;
    if (table.kind === 'resource') {
      for (const { place } of lost) outcomes[place] = takenValue();
      return;
    }
    const { dialect } = this.context.database;
    const column = table.kind === 'user' ? 'r.user_name_key' : 'r.unique_name_key';
    const rows = await tx.run<{ name_key: string }>({
      text: `select ${column} as name_key from ${table.table} r where r.tenant_id = $1 and ${dialect.isOneOf(column, '$2')}`,
      values: [tenantId, dialect.list(lost.flatMap(({ uniqueKey }) => uniqueKey ?? []))],
      prepare: true,
    });
    const used = new Set(rows.map(({ name_key }) => name_key));
    for (const { place, uniqueKey } of lost) {
      outcomes[place] = uniqueKey !== null && used.has(uniqueKey) ? taken(table) : takenValue();
    }
  }

  private rowOf(
    table: ResourceTable,
    tenantId: string,
    { head, content, json, columns, uniqueKey }: Candidate,
  ): unknown[] {
    const { id, version, created, lastModified } = head;
    const fixed = [tenantId, id, version, created, lastModified, json, concealedText(content.concealed)];
    return [...fixed, ...columns, ...(table.kind === 'group' ? [uniqueKey] : [])];
  }
}

function uniqueKeyOf(table: ResourceTable, { document, uniqueName }: ResourceContent): string | null {
  if (table.kind === 'resource') return null;
  const name =
    table.kind === 'user' ? document['userName'] : uniqueName ? document['displayName'] : undefined;
  return typeof name === 'string' ? comparisonKey(name) : null;
}

/** Members of a new group after these steps. */
function membersOf(steps: readonly MembershipStep[]): string[] {
  let members = new Set<string>();
  for (const step of steps) {
    switch (step.kind) {
      case 'replace':
        members = new Set(step.members.map(({ id }) => id));
        break;
      case 'change':
        for (const id of step.remove) members.delete(id);
        for (const { id } of step.add) members.add(id);
        break;
      case 'removeWhere':
        throw new Error('A new group has no members that a filter could select.');
    }
  }
  return [...members];
}

function taken({ kind }: ResourceTable): ScimError {
  return ScimError.uniqueness(
    kind === 'user' ? 'Another user has this userName.' : 'Another group has this displayName.',
  );
}

function takenValue(): ScimError {
  return ScimError.uniqueness('Another resource has a value that must be unique.');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
