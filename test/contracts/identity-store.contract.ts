import type { JsonObject } from 'nestjs-scim/protocol';
import type { IdentityStore, ResourceStore } from 'nestjs-scim/typeorm';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { inTenant } from '../support/origin.js';
import { fresh } from '../support/resources.js';
import { userDocument, USERS } from './resource-store.contract.js';

export interface OpenIdentityStore {
  readonly store: IdentityStore;
  /** The users among which it finds accounts. */
  readonly resources: ResourceStore;
  close(): Promise<void>;
}

const bySubject = (name: string) => ({
  kind: 'subject' as const,
  subject: { issuerKey: 'issuer'.padEnd(64, '0'), subjectKey: name.padEnd(64, '0') },
});
const byName = (value: string) => ({ kind: 'userName' as const, value });
const byEmail = (value: string) => ({ kind: 'email' as const, value });
const byExternalId = (value: string) => ({ kind: 'externalId' as const, value });

/** What every store of sign-ons does, and the resource store with the accounts that it made. */
export function identityStoreContract(open: () => Promise<OpenIdentityStore>): void {
  let opened: OpenIdentityStore;
  let store: IdentityStore;
  let resources: ResourceStore;
  let tenant: string;

  beforeAll(async () => {
    opened = await open();
    ({ store, resources } = opened);
  });
  afterAll(() => opened.close());
  beforeEach(() => {
    tenant = fresh('tenant');
  });

  const origin = () => ({ tenantId: tenant, connectionId: null, by: 'identity' as const });
  const addUser = async (more: JsonObject = {}): Promise<string> =>
    (await resources.create(USERS, inTenant(tenant), { document: userDocument(more), concealed: {} })).head
      .id;
  const makeAccount = async (name: string, more: JsonObject = {}): Promise<string> => {
    const document = userDocument({ userName: name, emails: [{ value: name }], active: true, ...more });
    const account = { content: { document, concealed: {} }, email: name, subject: bySubject(name).subject };
    return (await store.create(origin(), account, [byName(name)]))!.id;
  };
  const remove = (id: string) => resources.delete(USERS, inTenant(tenant), id, () => undefined);

  it('finds users by exactly what they have, active ones first, in one tenant [D-51]', async () => {
    const emails = [{ value: 'Straße@example.com' }];
    const off = await addUser({ userName: 'Zoë', externalId: 'X', emails, active: false });
    const on = await addUser({ externalId: 'X', emails });
    for (const key of [byExternalId('X'), byEmail('STRAßE@EXAMPLE.COM')]) {
      expect((await store.find(tenant, key)).map(({ id, active }) => [id, active])).toEqual([
        [on, true],
        [off, false],
      ]);
      expect(await store.find('other', key)).toEqual([]);
    }
    expect((await store.find(tenant, byName('ZOË')))[0]?.id).toBe(off);
    for (const key of [byExternalId('x'), byName('Zoe'), byEmail('e@example.com'), byName("' or 1=1 --")]) {
      expect(await store.find(tenant, key)).toEqual([]);
    }
    await addUser({ externalId: 'X' });
    expect(await store.find(tenant, byExternalId('X'))).toHaveLength(2);
    expect(await store.account(tenant, on)).toMatchObject({ id: on, provisionedBy: 'scim' });
    expect(await store.account('other', on)).toBeUndefined();
    expect(await store.account(tenant, '\0')).toBeUndefined();
  });

  it('makes an account with its mark and its link, or nothing', async () => {
    const name = `${fresh()}@example.com`;
    const id = await makeAccount(name);
    for (const key of [byName(name), byEmail(name), bySubject(name)]) {
      expect(await store.find(tenant, key)).toMatchObject([{ id, provisionedBy: 'jit', active: true }]);
    }
    const document = userDocument({ userName: fresh() });
    const content = { document, concealed: {} };
    expect(await store.create(origin(), { content }, [byEmail(name)])).toBeUndefined();
    const taken = { content: { document: userDocument({ userName: name }), concealed: {} } };
    expect(await store.create(origin(), taken, [])).toBeUndefined();
    const linked = { content, subject: bySubject(name).subject };
    expect(await store.create(origin(), linked, [])).toBeUndefined();
    expect((await resources.query(USERS, tenant, { offset: 0, limit: 0 })).total).toBe(1);
  });

  it('makes one account of many at once', async () => {
    const made = await Promise.all(
      Array.from({ length: 8 }, (_, i) => {
        const document = userDocument({ userName: `u${i}`, emails: [{ value: 'one@example.com' }] });
        return store.create(origin(), { content: { document, concealed: {} } }, [byEmail('one@example.com')]);
      }),
    );
    expect(made.filter((account) => account !== undefined)).toHaveLength(1);
  });

  it('links a person to one user, and a user to one person of each issuer', async () => {
    const [one, two] = [await addUser(), await addUser()];
    const { subject } = bySubject('s');
    expect(await store.link(tenant, one, subject, 'userName')).toBe(true);
    expect(await store.link(tenant, one, subject, 'userName')).toBe(true);
    expect(await store.link(tenant, two, subject, 'userName')).toBe(false);
    expect(await store.link(tenant, one, bySubject('t').subject, 'userName')).toBe(false);
    expect(await store.linkedSubject(tenant, one, subject.issuerKey)).toBe(subject.subjectKey);
    expect(await store.linkedSubject(tenant, two, subject.issuerKey)).toBeUndefined();
    expect((await store.find(tenant, bySubject('s'))).map(({ id }) => id)).toEqual([one]);
    expect(await store.find('other', bySubject('s'))).toEqual([]);
    expect(await store.unlink(tenant, one)).toBe(1);
    expect(await store.unlink(tenant, one)).toBe(0);
    expect(await store.link(tenant, two, subject, 'userName')).toBe(true);
  });

  it('lets one of many link at once', async () => {
    const id = await addUser();
    const linked = await Promise.all(
      Array.from({ length: 8 }, (_, i) => store.link(tenant, id, bySubject(`s${i}`).subject, 'email')),
    );
    expect(linked.filter((won) => won)).toHaveLength(1);
  });

  it('remembers a person whose user was deleted, until there is another', async () => {
    const name = `${fresh()}@example.com`;
    await remove(await makeAccount(name));
    expect(await store.find(tenant, bySubject(name))).toEqual([]);
    expect(await store.wasDeleted(tenant, [bySubject(name)])).toBe(true);
    expect(await store.wasDeleted(tenant, [byExternalId('nobody'), byName(name.toUpperCase())])).toBe(true);
    expect(await store.wasDeleted(tenant, [byExternalId('nobody'), byName('nobody')])).toBe(false);
    expect(await store.wasDeleted('other', [byName(name)])).toBe(false);
    expect(await store.wasDeleted(tenant, [bySubject('nobody')])).toBe(false);
    expect(await store.wasDeleted('other', [bySubject(name)])).toBe(false);
    const id = await addUser({ userName: name });
    expect(await store.link(tenant, id, bySubject(name).subject, 'userName')).toBe(true);
    expect(await store.wasDeleted(tenant, [bySubject(name)])).toBe(false);
    expect(await store.find(tenant, bySubject(name))).toMatchObject([{ id, provisionedBy: 'scim' }]);
  });

  it('shows accounts that nobody has adopted, and lets one of many adopt each', async () => {
    const name = `${fresh()}@example.com`;
    const id = await makeAccount(name, { externalId: 'E' });
    await addUser({ externalId: 'E' });
    const by = { userNames: [name.toUpperCase(), 'x'], externalIds: ['E'] };
    const unadopted = [{ id, userName: name, externalId: 'E', active: true, emailKey: name }];
    expect(await resources.unadopted(tenant, by)).toEqual(unadopted);
    expect(await resources.unadopted('other', by)).toEqual([]);
    expect(await resources.unadopted(tenant, { userNames: [], externalIds: ['e'] })).toEqual([]);
    const refused = resources.adopt(USERS, origin(), id, () => {
      throw new Error('no');
    });
    await expect(refused).rejects.toThrow('no');
    expect(await resources.unadopted(tenant, by)).toEqual(unadopted);
    const adopted = await Promise.all(
      Array.from({ length: 6 }, (_, i) =>
        resources.adopt(USERS, origin(), id, ({ document, concealed }) => ({
          document: { ...document, title: `t${i}` },
          concealed,
        })),
      ),
    );
    const [winner, ...others] = adopted.filter((outcome) => outcome !== undefined);
    expect([winner?.head.id, winner?.head.version, others]).toEqual([id, 2, []]);
    expect(await resources.unadopted(tenant, by)).toEqual([]);
    expect(await store.account(tenant, id)).toMatchObject({ provisionedBy: 'scim' });
    expect(await resources.adopt(USERS, origin(), 'nobody', () => undefined)).toBeUndefined();
  });

  it('adopts an account whose content stays as it is', async () => {
    const id = await makeAccount(`${fresh()}@example.com`);
    const same = await resources.adopt(USERS, origin(), id, ({ document, concealed }) => ({
      document,
      concealed,
    }));
    expect(same).toMatchObject({ changed: false, head: { id, version: 1 } });
    expect(await store.account(tenant, id)).toMatchObject({ provisionedBy: 'scim' });
  });
}
