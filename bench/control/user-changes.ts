import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Person } from '../data/person.js';
import { PUBLIC_URL } from '../servers/server-settings.js';
import { ControlDatabase, together } from './control-database.js';
import { DELETE_USER, LOCK_GROUPS_OF, LOCK_REPORTS, LOCK_USER } from './group-sql.js';
import { eventRow, eventValues } from './event-row.js';
import { groupsOf, type UserRow, userText } from './resource-text.js';
import {
  DELETE_VALUES,
  INSERT_EVENT,
  INSERT_EVENTS,
  INSERT_USER,
  INSERT_USERS,
  INSERT_VALUES,
  UPDATE_USER,
  USER_FOR_CHANGE,
} from './user-sql.js';

const CREATE_USER = together('control_create_user', [INSERT_USER, INSERT_VALUES, INSERT_EVENT]);
const CHANGE_USER = together('control_change_user', [UPDATE_USER, INSERT_EVENT]);
const MOVE_VALUES = together('control_move_values', [UPDATE_USER, DELETE_VALUES]);
const INSERT_MOVED = together('control_insert_moved', [INSERT_VALUES, INSERT_EVENT]);
const REMOVE_USER = together('control_remove_user', [DELETE_VALUES, DELETE_USER, INSERT_EVENT]);

/** Writes of users by hand: nothing is validated, the statements are those of the library. */
@Injectable()
export class UserChanges {
  constructor(@Inject(ControlDatabase) private readonly database: ControlDatabase) {}

  async create(tenant: string, document: Person): Promise<string> {
    const id = randomUUID();
    const now = new Date().toISOString();
    const text = JSON.stringify(document);
    const created = { type: 'User' as const, id, version: 1 };
    const event = eventRow('scim.user.created.v1', created, now, tenant, { user: document });
    await this.database.run(CREATE_USER, [
      ...[tenant, id, now, text, ...columnsOf(document)],
      ...[tenant, JSON.stringify(valuesOf(id, document))],
      ...eventValues(tenant, now, event),
    ]);
    const row = { id, version: 1, created_at: now, modified_at: now, document: text };
    // Nobody can have put the user into a group yet.
    return userText(row, []);
  }

  async createMany(tenant: string, documents: readonly Person[]): Promise<string> {
    const now = new Date().toISOString();
    const users = documents.map((document) => ({ id: randomUUID(), document }));
    await this.database.transaction(async (run) => {
      const rows = users.map(({ id, document }) => {
        const [external_id, user_name, user_name_key, active] = columnsOf(document);
        return { id, document, external_id, user_name, user_name_key, active };
      });
      await run(INSERT_USERS, [tenant, now, JSON.stringify(rows)]);
      const values = users.flatMap(({ id, document }) => valuesOf(id, document));
      await run(INSERT_VALUES, [tenant, JSON.stringify(values)]);
      const events = users.map(({ id, document }) =>
        eventRow('scim.user.created.v1', { type: 'User', id, version: 1 }, now, tenant, { user: document }),
      );
      await run(INSERT_EVENTS, [tenant, now, JSON.stringify(events)]);
    });
    const results = users.map(
      ({ id }, i) =>
        `{"method":"POST","bulkId":"u${i}","version":"W/\\"1\\"","location":"${PUBLIC_URL}/Users/${id}","status":"201"}`,
    );
    return `{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkResponse"],"Operations":[${results.join(',')}]}`;
  }

  /** Read, change, write on condition of the version; values that moved are replaced in the same transaction. */
  async change(
    tenant: string,
    id: string,
    change: (document: Person) => Person,
    movesValues: boolean,
  ): Promise<string> {
    const [row] = await this.database.run<UserRow>(USER_FOR_CHANGE, [tenant, id]);
    if (!row) throw new Error('There is no such user.');
    const document = change(JSON.parse(row.document) as Person);
    const now = new Date().toISOString();
    const text = JSON.stringify(document);
    const values = [tenant, id, row.version, now, text, ...columnsOf(document)];
    const changed = { type: 'User' as const, id, version: row.version + 1 };
    const told = eventRow('scim.user.updated.v1', changed, now, tenant, { attributes: ['active'] });
    const event = eventValues(tenant, now, told);
    if (movesValues) {
      await this.database.transaction(async (run) => {
        await run(MOVE_VALUES, [...values, tenant, id]);
        await run(INSERT_MOVED, [tenant, JSON.stringify(valuesOf(id, document)), ...event]);
      });
    } else {
      await this.database.run(CHANGE_USER, [...values, ...event]);
    }
    const written = { ...row, version: row.version + 1, modified_at: now, document: text };
    return userText(written, groupsOf(row));
  }

  async remove(tenant: string, id: string): Promise<void> {
    await this.database.transaction(async (run) => {
      await run(LOCK_USER, [tenant, id]);
      await run(LOCK_GROUPS_OF, [tenant, id]);
      await run(LOCK_REPORTS, [tenant, id]);
      const now = new Date().toISOString();
      const event = eventRow('scim.user.deleted.v1', { type: 'User', id, version: 2 }, now, tenant, {});
      await run(REMOVE_USER, [tenant, id, tenant, id, ...eventValues(tenant, now, event)]);
    });
  }
}

function columnsOf({ externalId, userName, active }: Person): [string, string, string, boolean] {
  return [externalId, userName, userName.toLowerCase(), active];
}

function valuesOf(id: string, { emails }: Person): object[] {
  return emails.map(({ value, type }, position) => ({
    resource_id: id,
    position,
    type,
    value_key: value.toLowerCase(),
  }));
}
