import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { comparisonKey } from 'nestjs-scim/protocol';
import { ACME, AcmeUser } from '../support/acme-user.js';
import { describeEachDatabase } from '../support/databases.js';
import { createUser, fresh, user } from '../support/resources.js';
import type { ScimApp } from '../support/scim-app.js';
import { bootScimOn } from '../support/scim-on-database.js';

/** Any text that may be stored, of characters that every database knows, with those that fold in odd ways. */
const text = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }),
    fc.string({ unit: 'grapheme-composite', minLength: 1, maxLength: 4 }),
    fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 8 }),
    fc.string({
      unit: fc.constantFrom(
        'ß',
        'ẞ',
        'ς',
        'Σ',
        'ﬁ',
        'ŉ',
        'ǰ',
        'ΐ',
        'Ω',
        'Ω',
        'Å',
        'Å',
        'i̇',
        'İ',
        'ı',
        'ｶﾞ',
        '가',
        'ᄀ',
        'ᅡ',
        'ͅ',
        '̈́',
        '\ufeff',
        '\u200d',
        '\uffff',
      ),
      minLength: 1,
      maxLength: 5,
    }),
  )
  .filter((value) => value.trim() !== '' && !value.includes('\0'));

const INSTANTS = [
  '0001-01-01T00:00:00Z',
  '0001-01-01T00:00:00+14:00',
  '0000-01-01T00:00:00Z',
  '1582-10-10T00:00:00Z',
  '1969-12-31T23:59:59.999Z',
  '2016-12-31T23:59:60Z',
  '2024-02-29T00:00:00-00:00',
  '2024-01-01T24:00:00Z',
  '2024-01-01t10:00:00z',
  '2024-01-01T00:00:00.1234567891234Z',
  '9999-12-31T23:59:59.999999999Z',
  '9999-12-31T23:59:59-14:00',
];

describeEachDatabase('whatever is stored', (database) => {
  let scim: ScimApp;
  beforeAll(async () => {
    scim = await bootScimOn(database, { scim: { users: { extensions: [AcmeUser] } } });
  });
  afterAll(() => scim.close());

  it('is found by the same text, and by every text with the same key [P-3.4.2.2-16, P-3.4.2.2-27, D-49]', async () => {
    const law = fc.asyncProperty(fc.array(text, { minLength: 4, maxLength: 8 }), async (texts) => {
      const client = await scim.client({ tenant: fresh('text') });
      const ids: string[] = [];
      for (const title of texts) {
        const tags = { [ACME]: { code: title, tags: [title] } };
        const email = { emails: [{ value: title }] };
        ids.push((await createUser(client, { title, displayName: title, ...email, ...tags })).id);
      }
      for (const sought of texts) {
        const literal = JSON.stringify(sought);
        const same = ids.filter((_, i) => comparisonKey(texts[i]!) === comparisonKey(sought));
        for (const path of ['title', 'displayName', 'emails.value', `${ACME}:tags`]) {
          expect(await client.ids('/Users', `${path} eq ${literal}`), `${path} eq ${literal}`).toEqual(same);
        }
        expect(await client.ids('/Users', `title sw ${literal} and title ew ${literal}`), literal).toEqual(
          expect.arrayContaining(same),
        );
        const exact = ids.filter((_, i) => texts[i] === sought);
        expect(await client.ids('/Users', `${ACME}:code eq ${literal}`), `code eq ${literal}`).toEqual(exact);
        expect(
          await client.ids('/Users', `${ACME}:code ge ${literal} and ${ACME}:code le ${literal}`),
        ).toEqual(exact);
      }
    });
    await fc.assert(law, { numRuns: 20 });
  });

  it('is refused as a userName exactly when a filter finds its holder [D-49, L1]', async () => {
    const client = await scim.client({ tenant: fresh('names') });
    const law = fc.asyncProperty(text, async (userName) => {
      const held = await client.get('/Users', {
        query: { filter: `userName eq ${JSON.stringify(userName)}` },
      });
      const reply = await client.post('/Users', user({ userName }));
      expect([201, 400, 409]).toContain(reply.status);
      if (reply.status !== 400) expect(reply.status).toBe(held.body.totalResults === 0 ? 201 : 409);
    });
    await fc.assert(law, { numRuns: 60 });
  });

  it('as an instant is compared as one, from the first year to the last [P-3.4.2.2-16, F3]', async () => {
    const client = await scim.client({ tenant: fresh('instants') });
    for (const hired of INSTANTS) {
      const reply = await client.post('/Users', user({ [ACME]: { hired } }));
      const eq = await client.get('/Users', { query: { filter: `${ACME}:hired eq "${hired}"` } });
      expect([hired, eq.status]).toEqual([hired, reply.status === 201 ? 200 : 400]);
      if (reply.status !== 201) continue;
      expect(
        eq.body.Resources.map(({ id }: { id: string }) => id),
        hired,
      ).toContain(reply.body.id);
      const after = await client.ids('/Users', `${ACME}:hired gt "${hired}"`);
      expect(after, hired).not.toContain(reply.body.id);
    }
    const sorted = await client.get('/Users', { query: { sortBy: `${ACME}:hired` } });
    const times = sorted.body.Resources.map((one: Record<string, { hired: string }>) => one[ACME]!.hired);
    expect(times.length).toBeGreaterThan(5);
    expect([times[0], times.at(-1)].map((time: string) => time.slice(0, 4))).toEqual([
      expect.stringMatching(/^000/),
      '9999',
    ]);
  });

  it('may be as long as the limits allow, in every character [S1]', async () => {
    const client = await scim.client({ tenant: fresh('long') });
    // Random characters of three bytes: nothing that a database could compress.
    const long = (length: number): string =>
      Array.from({ length }, () => String.fromCodePoint(0x4e00 + Math.floor(Math.random() * 20_000))).join(
        '',
      );
    const [userName, externalId, value, tag] = [long(512), long(512), long(1024), long(1024)];
    const body = { userName, externalId, title: value, emails: [{ value }], [ACME]: { tags: [tag] } };
    const reply = await client.post('/Users', user(body));
    expect(reply.status, reply.text).toBe(201);
    for (const filter of [
      `userName eq "${userName}"`,
      `externalId eq "${externalId}"`,
      `emails.value eq "${value}"`,
      `title ew "${value}"`,
      `${ACME}:tags eq "${tag}"`,
    ]) {
      const found = await client.post('/Users/.search', {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
        filter,
      });
      expect(found.body.totalResults, filter.slice(0, 20)).toBe(1);
    }
  });
});
