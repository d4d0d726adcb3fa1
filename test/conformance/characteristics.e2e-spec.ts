import { ScimAttribute, ScimSchema } from 'nestjs-scim';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectError } from '../support/expect-error.js';
import { createUser, fresh, user } from '../support/resources.js';
import { bootScim, type ScimApp } from '../support/scim-app.js';
import type { ScimClient, ScimReply } from '../support/scim-client.js';

const KINDS = 'urn:example:scim:extension:2.0:Kinds';

class PortSchema {
  @ScimAttribute()
  value?: string;
  @ScimAttribute()
  type?: string;
  @ScimAttribute({ type: 'boolean' })
  primary?: boolean;
  @ScimAttribute({ mutability: 'immutable' })
  vendor?: string;
  @ScimAttribute({ returned: 'request' })
  remark?: string;
}

class MakerSchema {
  @ScimAttribute()
  name?: string;
  @ScimAttribute({ mutability: 'immutable' })
  batch?: string;
  @ScimAttribute({ multiValued: true })
  sites?: string[];
}

/** One attribute of each kind. */
@ScimSchema({ id: KINDS, name: 'Kinds', description: 'One attribute of each kind.' })
class KindsSchema {
  @ScimAttribute({ required: true })
  code!: string;
  @ScimAttribute({ returned: 'always' })
  badge?: string;
  @ScimAttribute({ returned: 'request' })
  notes?: string;
  @ScimAttribute({ mutability: 'writeOnly', returned: 'never', caseExact: true })
  pin?: string;
  @ScimAttribute({ mutability: 'immutable' })
  origin?: string;
  @ScimAttribute({ mutability: 'readOnly' })
  state?: string;
  @ScimAttribute({ caseExact: true })
  exact?: string;
  @ScimAttribute()
  folded?: string;
  @ScimAttribute({ type: 'integer' })
  count?: number;
  @ScimAttribute({ type: 'decimal' })
  ratio?: number;
  @ScimAttribute({ type: 'boolean' })
  flag?: boolean;
  @ScimAttribute({ type: 'dateTime' })
  since?: string;
  @ScimAttribute({ type: 'binary' })
  key?: string;
  @ScimAttribute({ type: 'reference', referenceTypes: ['uri'] })
  link?: string;
  @ScimAttribute({ canonicalValues: ['Red', 'Blue'], enforceCanonicalValues: true })
  colour?: string;
  @ScimAttribute({ canonicalValues: ['S', 'M'] })
  size?: string;
  @ScimAttribute({ multiValued: true })
  tags?: string[];
  @ScimAttribute({ type: () => PortSchema, multiValued: true })
  ports?: PortSchema[];
  @ScimAttribute({ type: () => MakerSchema })
  maker?: MakerSchema;
}

describe('types and characteristics (RFC 7643 §2, §7)', () => {
  let scim: ScimApp;
  let client: ScimClient;
  let strict: ScimClient;

  beforeAll(async () => {
    scim = await bootScim({ scim: { users: { extensions: [KindsSchema] } } });
    client = await scim.client();
    strict = await scim.client({ profile: 'strict' });
  });
  afterAll(() => scim.close());

  const kinds = (more: object = {}): Record<string, unknown> => user({ [KINDS]: { code: 'c', ...more } });
  // oxlint-disable-next-line typescript/no-explicit-any
  const create = (more: object = {}): Promise<any> => createUser(client, kinds(more));
  const path = (id: string): string => `/Users/${id}`;
  const patch = (id: string, op: string, name: string, value?: unknown, as = client): Promise<ScimReply> =>
    as.patch(path(id), [{ op, path: `${KINDS}:${name}`, value }]);
  // oxlint-disable-next-line typescript/no-explicit-any
  const read = async (id: string, query = {}): Promise<any> =>
    (await client.get(path(id), { query })).body[KINDS];

  it('takes names in any letter case everywhere and answers in that of the schema [S-2.1-01, P-3.1-01]', async () => {
    const name = fresh();
    const urn = KINDS.toUpperCase();
    const body = { SCHEMAS: user().schemas, USERNAME: name, [urn]: { CODE: 'c', Maker: { NAME: 'm' } } };
    const created = await client.post('/Users', body);
    expect(created.body).toMatchObject({ userName: name, [KINDS]: { code: 'c', maker: { name: 'm' } } });
    const { id } = created.body;
    const moved = await client.patch(path(id), [{ op: 'replace', path: `${urn}:MAKER.Name`, value: 'n' }]);
    expect(moved.body[KINDS].maker).toEqual({ name: 'n' });
    expect(await client.ids('/Users', `USERNAME eq "${name}" and ${urn}:Maker.NAME eq "n"`)).toEqual([id]);
    const listed = await client.get('/Users', {
      query: { filter: `id eq "${id}"`, sortBy: 'NAME.FAMILYNAME', attributes: `${urn}:MAKER.name` },
    });
    expect(listed.body.Resources).toEqual([
      { schemas: created.body.schemas, id, [KINDS]: { maker: { name: 'n' } } },
    ]);
  });

  it('announces the defaults of an attribute that says nothing [S-2.2-01]', async () => {
    const { attributes } = (await client.get(`/Schemas/${KINDS}`)).body;
    expect(attributes.find(({ name }: { name: string }) => name === 'folded')).toEqual({
      name: 'folded',
      type: 'string',
      multiValued: false,
      description: expect.any(String),
      required: false,
      caseExact: false,
      mutability: 'readWrite',
      returned: 'default',
      uniqueness: 'none',
    });
  });

  describe('values', () => {
    const good: [string, string, unknown][] = [
      ['S-2.3.4-01', 'count', 0],
      ['S-2.3.4-01', 'count', -12],
      ['S-2.3.3-01', 'ratio', 1.5],
      ['S-2.3.3-01', 'ratio', 2],
      ['S-2.3.2-01', 'flag', false],
      ['S-2.3.5-01', 'since', '2024-01-01T00:00:00Z'],
      ['S-2.3.5-01', 'since', '2024-01-01T00:00:00+02:00'],
      ['S-2.3.5-01', 'since', '2024-01-01T00:00:00.123Z'],
      ['D-09', 'since', '2024-01-01T00:00:00'],
      ['S-2.3.6-01', 'key', 'aGVsbG8='],
      ['S-2.3.6-01', 'key', 'aGVsbG8'],
      ['S-2.3.7-01', 'link', 'https://example.com/a'],
      ['S-2.3.7-01', 'link', 'Users/123'],
      ['S-2.3.1-01', 'colour', 'Red'],
      ['S-2.3.1-01', 'size', 'XXL'],
      ['S-2.5-02', 'tags', ['a', 'b']],
      ['S-2.3.8-02', 'maker', { name: 'm', sites: ['x', 'y'] }],
    ];
    for (const [rule, name, value] of good) {
      it(`${name} takes ${JSON.stringify(value)} and gives it back [${rule}]`, async () => {
        const sent = kinds({ [name]: value });
        const created = await strict.post('/Users', sent);
        expect([created.status, created.body[KINDS]?.[name]], created.text).toEqual([201, value]);
        expect((await read(created.body.id))[name]).toEqual(value);
      });
    }

    const bad: [string, string, unknown][] = [
      ['S-2.3.4-01', 'count', 1.5],
      ['S-2.3.4-01', 'count', '1'],
      ['S-2.3.3-01', 'ratio', '1.5'],
      ['S-2.3.2-01', 'flag', 'True'],
      ['S-2.3.2-01', 'flag', 1],
      ['S-2.3.5-01', 'since', '2024-01-01'],
      ['S-2.3.5-01', 'since', 'yesterday'],
      ['S-2.3.5-01', 'since', 1704067200],
      ['S-2.3.6-01', 'key', 'not base64!'],
      ['S-2.3.6-01', 'key', 'a-_b'],
      ['S-2.3.7-01', 'link', 'http://a b'],
      ['S-2.3.1-01', 'colour', 'Green'],
      ['P-3.3-06', 'folded', 7],
      ['P-3.3-06', 'folded', { value: 'x' }],
      ['P-3.3-06', 'maker', 'm'],
      ['P-3.3-06', 'tags', [1]],
      ['P-3.3-06', 'code', ''],
    ];
    for (const [rule, name, value] of bad) {
      it(`${name} refuses ${JSON.stringify(value)} in POST, PUT and PATCH [${rule}]`, async () => {
        expectError(await strict.post('/Users', kinds({ [name]: value })), 400, 'invalidValue');
        const { id } = await create();
        expectError(await strict.put(path(id), kinds({ [name]: value })), 400, 'invalidValue');
        const patched = await patch(id, 'replace', name, value, strict);
        expect([patched.status, patched.body.scimType], patched.text).toEqual([400, 'invalidValue']);
        expect(await read(id)).toEqual({ code: 'c' });
      });
    }

    it('converts boolean strings, strictly refuses them [S-2.3.2-01, C1]', async () => {
      const created = await create({ flag: 'False' });
      expect(created[KINDS].flag).toBe(false);
      expect((await patch(created.id, 'replace', 'flag', 'True')).body[KINDS].flag).toBe(true);
      expect((await patch(created.id, 'replace', 'flag', 'yes')).body.scimType).toBe('invalidValue');
    });

    it('requires what a used extension requires [P-3.3-06]', async () => {
      expectError(await client.post('/Users', user({ [KINDS]: { folded: 'x' } })), 400, 'invalidValue');
      const { id } = await create({ folded: 'x' });
      expectError(await patch(id, 'remove', 'code'), 400, 'mutability');
    });

    it('allows one primary element and drops repeated values [S-2.4-02, S-2.4-03, S-2.4-04]', async () => {
      const ports = [
        { value: 'a', primary: true },
        { value: 'b', primary: true },
      ];
      expectError(await strict.post('/Users', kinds({ ports })), 400, 'invalidValue');
      const twice = await create({
        ports: [
          { value: 'a', type: 'x' },
          { value: 'a', type: 'x' },
          { value: 'a', type: 'y' },
        ],
      });
      expect(twice[KINDS].ports).toEqual([
        { value: 'a', type: 'x' },
        { value: 'a', type: 'y' },
      ]);
      const moved = await patch(twice.id, 'add', 'ports', [{ value: 'c', primary: true }]);
      expect(moved.body[KINDS].ports.filter((port: PortSchema) => port.primary)).toHaveLength(1);
    });

    it('knows one state for null, an empty list and nothing [S-2.5-01, S-2.5-02]', async () => {
      for (const nothing of [null, []]) {
        const { id } = await create({ tags: ['a'], ports: [{ value: 'a' }] });
        const put = await client.put(
          path(id),
          kinds({ tags: nothing, ports: nothing, folded: null, maker: null }),
        );
        expect(put.body[KINDS]).toEqual({ code: 'c' });
        for (const name of ['tags', 'ports', 'folded', 'maker']) {
          expect(await client.ids('/Users', `id eq "${id}" and ${KINDS}:${name} pr`)).toEqual([]);
        }
      }
      const { id } = await create({ maker: { name: null, sites: [] }, tags: [] });
      expect(await read(id)).toEqual({ code: 'c' });
    });
  });

  describe('case', () => {
    it('ignores it in filters unless the attribute is case exact, and always keeps it [S-7-01]', async () => {
      const tag = fresh('Case');
      const { id } = await create({ exact: tag, folded: tag });
      expect(await read(id)).toEqual({ code: 'c', exact: tag, folded: tag });
      const ids = (name: string, value: string): Promise<string[]> =>
        client.ids('/Users', `${KINDS}:${name} eq "${value}"`);
      expect(await ids('exact', tag)).toEqual([id]);
      expect(await ids('exact', tag.toLowerCase())).toEqual([]);
      expect(await ids('folded', tag.toLowerCase())).toEqual([id]);
      expect(await ids('folded', tag.toUpperCase())).toEqual([id]);
    });

    it('compares it where PATCH looks for no change [S-7-01]', async () => {
      const { id, meta } = await create({ exact: 'Ab', origin: 'Ab' });
      const changed = await patch(id, 'replace', 'exact', 'AB');
      expect([changed.body[KINDS].exact, changed.body.meta.version === meta.version]).toEqual(['AB', false]);
      expect((await patch(id, 'replace', 'origin', 'aB')).status).toBe(200);
    });
  });

  describe('which operators fit which type', () => {
    const table: [string, string, readonly string[], readonly string[]][] = [
      ['folded', '"x"', ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'], []],
      ['flag', 'true', ['eq', 'ne'], ['co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le']],
      ['count', '1', ['eq', 'ne', 'gt', 'ge', 'lt', 'le'], ['co', 'sw', 'ew']],
      ['ratio', '1.5', ['eq', 'ne', 'gt', 'ge', 'lt', 'le'], ['co', 'sw', 'ew']],
      ['since', '"2024-01-01T00:00:00Z"', ['eq', 'ne', 'gt', 'ge', 'lt', 'le'], ['co', 'sw', 'ew']],
      ['key', '"aGVsbG8="', ['eq', 'ne'], ['gt', 'ge', 'lt', 'le', 'co', 'sw', 'ew']],
      ['link', '"https://example.com"', ['eq', 'ne', 'co', 'sw', 'ew'], ['gt', 'ge', 'lt', 'le']],
      ['maker', '"x"', [], ['eq', 'co', 'gt']],
      ['ports', '"x"', ['eq', 'ne', 'co'], []],
      ['tags', '"x"', ['eq', 'ne', 'co'], []],
      ['pin', '"x"', [], ['eq', 'sw']],
    ];
    it.each(table)('%s %s: %j, not %j [S-7-03, P-3.4.2.2-11]', async (name, value, fit, unfit) => {
      const ask = (operator: string): Promise<ScimReply> =>
        strict.get('/Users', { query: { filter: `${KINDS}:${name} ${operator} ${value}`, count: 0 } });
      for (const operator of fit) expect((await ask(operator)).status, operator).toBe(200);
      for (const operator of unfit) expectError(await ask(operator), 400, 'invalidFilter');
    });

    it('compares instants, not texts [S-2.3.5-01, F3]', async () => {
      const { id } = await create({ since: '2024-01-01T02:00:00+02:00' });
      const ids = (condition: string): Promise<string[]> =>
        client.ids('/Users', `id eq "${id}" and ${KINDS}:since ${condition}`);
      expect(await ids('eq "2024-01-01T00:00:00Z"')).toEqual([id]);
      expect(await ids('lt "2024-01-01T01:00:00Z"')).toEqual([id]);
      expect(await ids('gt "2024-01-01T00:00:00Z"')).toEqual([]);
    });
  });

  describe('returned', () => {
    it('always: in every representation [S-7-03]', async () => {
      const created = await create({ badge: 'b' });
      const { id } = created;
      const queries: Record<string, string>[] = [
        {},
        { attributes: 'userName' },
        { excludedAttributes: `${KINDS}:badge` },
        { excludedAttributes: KINDS },
      ];
      for (const query of queries) {
        expect((await read(id, query)).badge).toBe('b');
        const [listed] = (await client.get('/Users', { query: { ...query, filter: `id eq "${id}"` } })).body
          .Resources;
        expect(listed[KINDS].badge).toBe('b');
      }
      const query = { attributes: 'userName' };
      expect((await client.put(path(id), kinds({ badge: 'c' }), { query })).body[KINDS]).toEqual({
        badge: 'c',
      });
      const patched = await client.patch(path(id), [{ op: 'replace', path: 'title', value: 'x' }], { query });
      expect(patched.body[KINDS]).toEqual({ badge: 'c' });
    });

    it('default: unless the projection leaves it out [S-7-03]', async () => {
      const { id } = await create({ folded: 'f' });
      expect((await read(id)).folded).toBe('f');
      expect(await read(id, { attributes: 'userName' })).toBeUndefined();
      expect(await read(id, { excludedAttributes: `${KINDS}:folded` })).toEqual({ code: 'c' });
    });

    it('request: in reads when named, in answers to writes also when sent [S-7-03, P-3.4-01, P-3.9-08]', async () => {
      const created = await create({ notes: 'n', ports: [{ value: 'p', remark: 'r' }] });
      const { id } = created;
      expect(created[KINDS]).toMatchObject({ notes: 'n' });
      expect(await read(id)).toEqual({ code: 'c', ports: [{ value: 'p' }] });
      const [listed] = (await client.get('/Users', { query: { filter: `id eq "${id}"` } })).body.Resources;
      expect(listed[KINDS]).toEqual({ code: 'c', ports: [{ value: 'p' }] });
      expect(await read(id, { attributes: `${KINDS}:notes` })).toEqual({ notes: 'n' });
      expect(await read(id, { attributes: `${KINDS}:ports.remark` })).toEqual({ ports: [{ remark: 'r' }] });
      expect((await patch(id, 'replace', 'folded', 'f')).body[KINDS]).not.toHaveProperty('notes');
      expect((await patch(id, 'replace', 'notes', 'm')).body[KINDS].notes).toBe('m');
      expect((await client.put(path(id), kinds({ notes: 'o' }))).body[KINDS].notes).toBe('o');
    });

    it('never: not even when named, nor findable [S-7-03, P-3.9-08, D-24, S2]', async () => {
      const pin = fresh('secret');
      const created = await client.post('/Users', kinds({ pin }));
      const { id } = created.body;
      const replies = [
        created,
        await client.get(path(id), { query: { attributes: `${KINDS}:pin,password` } }),
        await client.get('/Users', { query: { attributes: `${KINDS}:pin`, count: 200 } }),
        await patch(id, 'replace', 'pin', pin),
        await client.put(path(id), kinds({ pin })),
        await client.get('/Users', { query: { filter: `${KINDS}:pin pr` } }),
        await client.get('/Users', { query: { sortBy: `${KINDS}:pin` } }),
      ];
      for (const { text } of replies) expect(text).not.toContain(pin);
      expect(replies.map(({ status }) => status)).toEqual([201, 200, 200, 200, 200, 400, 400]);
    });
  });

  describe('mutability', () => {
    it('readOnly: ignored in POST and PUT, refused in PATCH [S-7-03, P-3.3-03, P-3.5.1-06, V3]', async () => {
      const { id } = await create({ state: 'mine' });
      expect(await read(id)).toEqual({ code: 'c' });
      const put = await client.put(path(id), kinds({ state: 'mine' }));
      expect([put.status, put.body[KINDS]]).toEqual([200, { code: 'c' }]);
      for (const op of ['add', 'replace', 'remove']) {
        const value = op === 'remove' ? undefined : 'mine';
        expectError(await patch(id, op, 'state', value), 400, 'mutability');
      }
    });

    it('immutable: set once, then the same or nothing [S-7-03, P-3.5.1-05]', async () => {
      const { id } = await create();
      expect((await client.put(path(id), kinds({ origin: 'DE' }))).body[KINDS].origin).toBe('DE');
      expect((await client.put(path(id), kinds({ origin: 'de' }))).body[KINDS].origin).toBe('DE');
      expect((await client.put(path(id), kinds())).body[KINDS].origin).toBe('DE');
      expectError(await client.put(path(id), kinds({ origin: 'FR' })), 400, 'mutability');
      expectError(await client.put(path(id), kinds({ origin: null })), 400, 'mutability');
      expectError(await patch(id, 'replace', 'origin', 'FR'), 400, 'mutability');
      expectError(await patch(id, 'add', 'origin', 'FR'), 400, 'mutability');
      expectError(await patch(id, 'remove', 'origin'), 400, 'mutability');
      expect((await patch(id, 'replace', 'origin', 'DE')).status).toBe(200);
      const bare = await create();
      expect((await patch(bare.id, 'remove', 'origin')).status).toBe(200);
      expect((await patch(bare.id, 'add', 'origin', 'IT')).body[KINDS].origin).toBe('IT');
      expect((await create({ origin: 'ES' }))[KINDS].origin).toBe('ES');
    });

    it('immutable parts outlive the replacement of their attribute [S-7-03, P-3.5.1-11]', async () => {
      const { id } = await create({ maker: { name: 'm', batch: '1' }, ports: [{ value: 'a', vendor: 'v' }] });
      const put = await client.put(
        path(id),
        kinds({ maker: { name: 'n' }, ports: [{ value: 'a' }, { value: 'b' }] }),
      );
      expect(put.body[KINDS]).toEqual({
        code: 'c',
        maker: { name: 'n', batch: '1' },
        ports: [{ value: 'a', vendor: 'v' }, { value: 'b' }],
      });
      expectError(await client.put(path(id), kinds({ maker: { batch: '2' } })), 400, 'mutability');
      expectError(
        await client.put(path(id), kinds({ ports: [{ value: 'a', vendor: 'w' }] })),
        400,
        'mutability',
      );
      expectError(await patch(id, 'replace', 'maker.batch', '2'), 400, 'mutability');
    });

    it('writeOnly: stored, kept when omitted, cleared by PATCH [S-7-03, D-31]', async () => {
      const { id } = await create({ pin: '1234' });
      await client.put(path(id), kinds());
      const concealed = async (): Promise<unknown> => {
        const [row] = await scim.dataSource.query('select concealed from scim_user where id = ?', [id]);
        return row.concealed === null ? null : JSON.parse(row.concealed);
      };
      expect(await concealed()).toEqual({ [KINDS]: { pin: '1234' } });
      expect((await patch(id, 'remove', 'pin')).status).toBe(200);
      expect(JSON.stringify(await concealed())).not.toContain('1234');
    });
  });

  describe('required', () => {
    it('extension: without it there is no user [D-31, P-3.5.1-07]', async () => {
      const own = await bootScim({
        scim: { users: { extensions: [{ schema: KindsSchema, required: true }] } },
      });
      try {
        const own1 = await own.client();
        expectError(await own1.post('/Users', user()), 400, 'invalidValue');
        const { id } = await createUser(own1, kinds());
        expectError(await own1.put(path(id), user()), 400, 'invalidValue');
        const removed = await own1.patch(path(id), [{ op: 'remove', path: KINDS }]);
        expect(removed.status).toBe(400);
        expect((await own1.get(path(id))).body[KINDS]).toEqual({ code: 'c' });
      } finally {
        await own.close();
      }
    });
  });
});
