import type { JsonObject } from 'nestjs-scim/protocol';
import type { Client } from 'pg';
import { type Bar, bar } from '../bars/bar.js';
import { walBytesOf } from '../counts/wal-bytes.js';
import type { Directory } from '../data/directory.js';
import { person } from '../data/person.js';
import { takeNumbers } from '../measure/request-numbers.js';
import { deleteNewUsers, NEW_DOMAIN } from '../operations/user-writes.js';
import { OpenStore, USERS } from './open-store.js';

const TIMES = 15;

/**
 * WAL of a new user and of one changed attribute, to the size of the document (goals 16 and 17). The goals are about
 * the tables of resources; what the event of the write adds, of which a new user's holds the document too, is told beside.
 */
export async function walBars(url: string, database: Client, { large }: Directory): Promise<Bar[]> {
  const documentBytes = Buffer.byteLength(JSON.stringify(person(large.domain, 1)));
  const origin = { tenantId: large.id, connectionId: null, by: 'host' as const };
  const ratios = async (events: boolean): Promise<{ created?: number; changed?: number }> => {
    const open = await OpenStore.open({ type: 'postgres', url }, events);
    const create = (): Promise<{ readonly head: { readonly id: string } }> =>
      open.store.create(USERS, origin, {
        document: person(NEW_DOMAIN, takeNumbers('create-user', 1)) as JsonObject,
        concealed: {},
      });
    try {
      const { id } = (await create()).head;
      let turn = 0;
      const change = (): Promise<unknown> =>
        open.store.modify(USERS, origin, id, ({ document, concealed }) => ({
          document: { ...document, title: `Title ${turn++}` },
          concealed,
        }));
      const toDocument = (bytes: number | undefined): number | undefined => bytes && bytes / documentBytes;
      return {
        created: toDocument(await walBytesOf(database, create, TIMES)),
        changed: toDocument(await walBytesOf(database, change, TIMES)),
      };
    } finally {
      await open.close();
    }
  };
  try {
    const alone = await ratios(false);
    const telling = await ratios(true);
    const detail = (value: number | undefined): string => `${value?.toFixed(2) ?? '?'} with the event`;
    return [
      bar('16 POST a user: WAL, to the document', alone.created, '<=', 3, detail(telling.created)),
      bar(
        '17 PATCH of one attribute: WAL, to the document',
        alone.changed,
        '<=',
        1.5,
        detail(telling.changed),
      ),
    ];
  } finally {
    await deleteNewUsers(database);
  }
}
