import { Injectable } from '@nestjs/common';
import {
  type Adoption,
  BeforeScimCommit,
  IdentityPolicy,
  ScimError,
  ScimIdentity,
  ScimIdentityError,
  type SignOn,
  type SignOnOutcome,
  type SignOnUser,
  UserCreated,
} from 'nestjs-scim';
import type { EntityManager } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeEachDatabase, emptyDatabase } from '../support/databases.js';
import { expectError } from '../support/expect-error.js';
import { eventsIn } from '../support/outbox-rows.js';
import { createUser, fresh } from '../support/resources.js';
import { ADAPTERS, bootScim, type ScimApp } from '../support/scim-app.js';
import type { ScimClient } from '../support/scim-client.js';
import { bootScimOn } from '../support/scim-on-database.js';

const ISSUER = 'https://login.acme.example';

/** Somebody of the tenant acme with a verified address. */
function signOn(name: string, more: Partial<SignOn> = {}): SignOn {
  const email = `${name}@acme.example`;
  return { tenantId: 'acme', email, emailVerified: true, ...more };
}

const refusal = (outcome: SignOnOutcome): string | undefined =>
  outcome.kind === 'refused' ? outcome.reason : undefined;

const idOf = (outcome: SignOnOutcome): string | undefined =>
  outcome.kind === 'refused' ? undefined : outcome.user.id;

describeEachDatabase('a sign-on', (database) => {
  let scim: ScimApp;
  let client: ScimClient;
  let identity: ScimIdentity;
  beforeAll(async () => {
    const link = ['externalId', 'userName', 'email'] as const;
    scim = await bootScimOn(database, { scim: { identity: { justInTime: 'create', link } } });
    client = await scim.client();
    identity = scim.app.get(ScimIdentity);
  });
  afterAll(() => scim.close());

  const count = async (filter: string): Promise<number> =>
    (await client.get('/Users', { query: { filter, count: 0 } })).body.totalResults as number;

  it('leads to the user that SCIM has provisioned, by externalId, userName and verified address', async () => {
    const name = fresh('Ann');
    const externalId = fresh('ext');
    const emails = [{ value: `${name}@acme.example` }];
    const { id } = await createUser(client, { userName: name, externalId, displayName: 'Ann', emails });
    const user = { id, userName: name, externalId, displayName: 'Ann', active: true, provisionedBy: 'scim' };
    const nobody = { email: undefined, emailVerified: false };
    for (const [by, more] of [
      ['externalId', { externalId, ...nobody }],
      ['userName', { userName: name.toUpperCase(), ...nobody }],
      ['email', {}],
    ] as const) {
      expect(await identity.resolve(signOn(name, more))).toEqual({ kind: 'provisioned', user, by });
    }
    expect(await identity.user('acme', id as string)).toEqual(user);
    expect(await identity.user('other', id as string)).toBeUndefined();
    expect(await identity.resolve({ ...signOn(name, { externalId }), tenantId: 'other' })).not.toMatchObject({
      user: { id },
    });
  });

  it('never takes an externalId or a subject for an id of ours [S-3.1-01]', async () => {
    const victim = await createUser(client, { externalId: fresh('v') });
    for (const claim of [victim.id as string, '1', '0', 'admin']) {
      const name = fresh('eve');
      const outcome = await identity.resolve(
        signOn(name, { externalId: claim, issuer: ISSUER, subject: `${claim}-${name}` }),
      );
      expect(outcome.kind).toBe('created');
      expect(idOf(outcome)).not.toBe(claim);
      expect(idOf(outcome)).not.toBe(victim.id);
      await client.delete(`/Users/${idOf(outcome)}`);
      const posted = await createUser(client, { externalId: claim });
      expect([claim, victim.id]).not.toContain(posted.id);
      await client.delete(`/Users/${posted.id}`);
    }
    expect((await client.get(`/Users/${victim.id}`)).body).toEqual(victim);
  });

  it('makes an account just in time, once, and finds it again [L5]', async () => {
    const name = fresh('jit');
    const claims = { displayName: 'Jit', givenName: 'J', familyName: 'It', externalId: fresh('x') };
    const first = await identity.resolve(signOn(name, claims));
    expect(first).toMatchObject({
      kind: 'created',
      user: { userName: `${name}@acme.example`, displayName: 'Jit', active: true, provisionedBy: 'jit' },
    });
    const id = idOf(first)!;
    expect(await identity.resolve(signOn(name))).toMatchObject({ kind: 'linked', user: { id } });
    const { body } = await client.get(`/Users/${id}`);
    expect(body).toMatchObject({
      userName: `${name}@acme.example`,
      name: { givenName: 'J', familyName: 'It' },
      emails: [{ value: `${name}@acme.example`, primary: true, type: 'work' }],
      externalId: claims.externalId,
      active: true,
    });
  });

  it('makes one account of many at once [L1]', async () => {
    const name = fresh('many');
    const outcomes = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        identity.resolve(
          signOn(i % 2 ? name : name.toUpperCase(), { issuer: ISSUER, subject: name, displayName: `${i}` }),
        ),
      ),
    );
    expect(new Set(outcomes.map(idOf)).size).toBe(1);
    expect(outcomes.filter(({ kind }) => kind === 'created')).toHaveLength(1);
    expect(await count(`emails.value eq "${name}@acme.example"`)).toBe(1);
  });

  it('believes no address that nobody has verified [L5]', async () => {
    const name = fresh('victim');
    const email = `${name}@acme.example`;
    await createUser(client, { userName: email, emails: [{ value: email }] });
    const before = await count('userName pr');
    for (const claims of [
      { email, emailVerified: false },
      { email: undefined, emailVerified: false, userName: email },
      { email: `${fresh('eve')}@acme.example`, emailVerified: true, userName: email },
      { email, emailVerified: false, userName: fresh('eve') },
      { email, emailVerified: false, issuer: ISSUER, subject: fresh('eve') },
      { email: `${fresh('new')}@acme.example`, emailVerified: false },
      { email: undefined, emailVerified: true, userName: `${fresh('new')}@acme.example` },
    ]) {
      const outcome = await identity.resolve({ ...signOn(name), ...claims });
      if (claims.email?.startsWith('eve') !== true) expect(refusal(outcome)).toBe('unverified');
      expect(outcome).not.toMatchObject({ by: 'userName' });
    }
    expect(await count('userName pr')).toBeLessThanOrEqual(before + 1);
    const vouched = { email: undefined, emailVerified: false, userName: email, userNameVerified: true };
    expect(await identity.resolve({ ...signOn(name), ...vouched })).toMatchObject({ by: 'userName' });
  });

  it('brings nobody back who was deactivated or deleted, by no identifier [L5]', async () => {
    const name = fresh('leaver');
    const email = `${name}@acme.example`;
    const externalId = fresh('ext');
    const person = { issuer: ISSUER, subject: fresh('sub') };
    const { id } = await createUser(client, { userName: name, externalId, emails: [{ value: email }] });
    expect(await identity.resolve(signOn(name, { ...person, userName: name }))).toMatchObject({
      user: { id },
    });
    const claims: Partial<SignOn>[] = [
      { ...person, email: undefined },
      { externalId, email: undefined },
      { userName: name, email: undefined },
      {},
      { ...person, externalId, userName: fresh('other'), email: `${fresh()}@acme.example` },
    ];
    await client.patch(`/Users/${id}`, [{ op: 'replace', value: { active: false } }]);
    const before = await count('userName pr');
    for (const claim of claims)
      expect(refusal(await identity.resolve(signOn(name, claim)))).toBe('deactivated');
    await client.patch(`/Users/${id}`, [{ op: 'replace', value: { active: true } }]);
    for (const claim of claims) expect(idOf(await identity.resolve(signOn(name, claim)))).toBe(id);
    await client.delete(`/Users/${id}`);
    for (const claim of claims.slice(0, 3)) {
      expect(refusal(await identity.resolve(signOn(name, claim)))).toBe('deleted');
    }
    expect(refusal(await identity.resolve(signOn(name, claims[4])))).toBe('deleted');
    expect(await count('userName pr')).toBe(before - 1);
  });

  it('finds who was deleted and hired again under the new id', async () => {
    const name = fresh('boomerang');
    const person = { issuer: ISSUER, subject: fresh('sub'), userName: name, email: undefined };
    const first = await createUser(client, { userName: name });
    expect(idOf(await identity.resolve(signOn(name, person)))).toBe(first.id);
    await client.delete(`/Users/${first.id}`);
    const second = await createUser(client, { userName: name });
    for (let i = 0; i < 2; i++) expect(idOf(await identity.resolve(signOn(name, person)))).toBe(second.id);
  });

  it('remembers a person through every rename', async () => {
    const person = { issuer: ISSUER, subject: fresh('sub') };
    const before = fresh('maiden');
    const { id } = await createUser(client, { userName: before });
    expect(await identity.resolve(signOn(before, { ...person, userName: before }))).toMatchObject({
      by: 'userName',
    });
    await client.patch(`/Users/${id}`, [{ op: 'replace', value: { userName: fresh('married') } }]);
    const total = await count('userName pr');
    // The session at the provider still has the old claims.
    expect(await identity.resolve(signOn(before, { ...person, userName: before }))).toMatchObject({
      kind: 'provisioned',
      by: 'subject',
      user: { id },
    });
    expect(await count('userName pr')).toBe(total);
  });

  it('gives the account to nobody else of the same provider who got the name or address [L5]', async () => {
    const name = fresh('box');
    const { id } = await createUser(client, { userName: name, emails: [{ value: `${name}@acme.example` }] });
    const owner = signOn(name, { issuer: ISSUER, subject: fresh('owner'), userName: name });
    expect(idOf(await identity.resolve(owner))).toBe(id);
    const heir = { issuer: ISSUER, subject: fresh('heir') };
    expect(refusal(await identity.resolve(signOn(name, { ...heir, userName: name })))).toBe('ambiguous');
    expect(refusal(await identity.resolve(signOn(name, heir)))).toBe('ambiguous');
    expect(idOf(await identity.resolve(owner))).toBe(id);
    // Another provider, and a provider after a move that the host knows of.
    const elsewhere = { issuer: 'https://other.example', subject: 'x' };
    expect(idOf(await identity.resolve(signOn(name, { ...elsewhere, userName: name })))).toBe(id);
    expect(await identity.unlink('other', id as string)).toBe(0);
    expect(await identity.unlink('acme', id as string)).toBe(2);
    expect(idOf(await identity.resolve(signOn(name, { ...heir, userName: name })))).toBe(id);
  });

  it('gives no account of another externalId, whoever claims its name or address [L5]', async () => {
    const name = fresh('alice');
    const address = `${name}@acme.example`;
    const externalId = fresh('ext');
    const { id } = await createUser(client, { userName: name, externalId, emails: [{ value: address }] });
    const mallory = { externalId: fresh('mallory'), issuer: ISSUER, subject: fresh('sub') };
    const nameless = { email: undefined, emailVerified: false };
    for (const claims of [{ ...nameless, userName: name }, {}]) {
      expect(refusal(await identity.resolve(signOn(name, { ...mallory, ...claims })))).toBe('ambiguous');
    }
    expect(idOf(await identity.resolve(signOn(name, { userName: name })))).toBe(id);
    expect(idOf(await identity.resolve(signOn(name, { externalId, userName: name })))).toBe(id);
  });

  it('is refused when several accounts fit, and takes the only active one', async () => {
    const externalId = fresh('twin');
    const one = await createUser(client, { externalId });
    const two = await createUser(client, { externalId });
    const claims = { externalId, email: undefined };
    expect(refusal(await identity.resolve(signOn('', claims)))).toBe('ambiguous');
    await client.patch(`/Users/${one.id}`, [{ op: 'replace', value: { active: false } }]);
    expect(idOf(await identity.resolve(signOn('', claims)))).toBe(two.id);
    await client.patch(`/Users/${two.id}`, [{ op: 'replace', value: { active: false } }]);
    expect(refusal(await identity.resolve(signOn('', claims)))).toBe('deactivated');
  });

  it('needs claims that can be used, and says nothing of them', async () => {
    for (const wrong of [
      { tenantId: '' },
      { emailVerified: 'false' },
      { emailVerified: undefined },
      { issuer: ISSUER },
      { subject: 'x' },
      { userName: 'a\0b' },
      { userName: '\ud800' },
      { externalId: 'x'.repeat(600) },
      { email: 7 },
    ]) {
      const given = { ...signOn('secret'), ...(wrong as object) };
      const error: unknown = await identity.resolve(given).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ScimIdentityError);
      expect((error as Error).message).not.toContain('secret');
    }
    expect(refusal(await identity.resolve({ tenantId: 'acme', emailVerified: true }))).toBe('policy');
  });

  describe('and a later POST of the same person', () => {
    it('adopts the account under its id, once [L5, L2]', async () => {
      const name = fresh('adopted');
      const userName = `${name}@acme.example`;
      const created = await identity.resolve(signOn(name, { issuer: ISSUER, subject: name }));
      const id = idOf(created)!;
      const team = await client.post('/Groups', {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
        displayName: fresh('team'),
        members: [{ value: id }],
      });
      const externalId = fresh('ext');
      const body = { userName: userName.toUpperCase(), externalId, displayName: 'From HR', title: 'Boss' };
      const posted = await createUser(client, body);
      expect(posted).toMatchObject({ id, externalId, displayName: 'From HR', title: 'Boss' });
      expect(posted.emails).toMatchObject([{ value: userName }]);
      expect(posted.groups).toMatchObject([{ value: team.body.id }]);
      expect((await client.get(`/Users/${id}`)).body).toEqual(posted);
      expect(await identity.resolve(signOn(name, { issuer: ISSUER, subject: name }))).toMatchObject({
        kind: 'provisioned',
        user: { id, provisionedBy: 'scim' },
      });
      const again = await client.post('/Users', { schemas: posted.schemas, ...body });
      expectError(again, 409, 'uniqueness');
      expect((await client.get(`/Users/${id}`)).body).toEqual(posted);
    });

    it('is adopted by one of several POSTs at once [L1]', async () => {
      const name = fresh('rush');
      const id = idOf(await identity.resolve(signOn(name)));
      const replies = await Promise.all(
        Array.from({ length: 6 }, (_, i) =>
          client.post('/Users', {
            schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
            userName: `${name}@acme.example`,
            displayName: `${i}`,
          }),
        ),
      );
      expect(replies.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409, 409, 409]);
      const winner = replies.find(({ status }) => status === 201)!;
      expect(winner.body.id).toBe(id);
      expect((await client.get(`/Users/${id}`)).body.displayName).toBe(winner.body.displayName);
    });

    it('makes one account when both come at once', async () => {
      for (let round = 0; round < 8; round++) {
        const name = fresh('meet');
        const userName = `${name}@acme.example`;
        const [outcome, reply] = await Promise.all([
          identity.resolve(signOn(name)),
          client.post('/Users', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName }),
        ]);
        expect(reply.status).toBe(201);
        expect(idOf(outcome)).toBe(reply.body.id);
        expect(await count(`userName eq "${userName}"`)).toBe(1);
      }
    });

    it('moves neither the login name nor the verified address [L5]', async () => {
      const name = fresh('target');
      const userName = `${name}@acme.example`;
      const externalId = fresh('ext');
      const id = idOf(await identity.resolve(signOn(name, { externalId })));
      const before = (await client.get(`/Users/${id}`)).body;
      const post = (more: object): ReturnType<ScimClient['post']> =>
        client.post('/Users', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], ...more });
      for (const body of [
        { userName, externalId, emails: [{ value: 'eve@evil.example' }] },
        { userName: fresh('eve'), externalId },
        { userName, externalId: fresh('other') },
      ]) {
        expectError(await post(body), 409, 'uniqueness');
        expect((await client.get(`/Users/${id}`)).body).toEqual(before);
      }
      const emails = [{ value: userName.toUpperCase() }, { value: 'second@acme.example' }];
      expect((await post({ userName, externalId, emails })).body).toMatchObject({ id, emails });
    });

    it('works in Bulk as well, beside new users', async () => {
      const names = [fresh('bulk'), fresh('bulk')];
      const ids = [];
      for (const name of names)
        ids.push(idOf(await identity.resolve(signOn(name, { externalId: `e-${name}` }))));
      const users = [
        { userName: `${names[0]}@acme.example` },
        { userName: fresh() },
        { userName: `${names[1]}@acme.example`, externalId: `e-${names[1]}` },
        { userName: fresh(), externalId: `e-${names[0]}` },
      ];
      const reply = await client.post('/Bulk', {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
        Operations: users.map((data, i) => ({
          method: 'POST',
          path: '/Users',
          bulkId: `b${i}`,
          data: { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], ...data },
        })),
      });
      const results = reply.body.Operations as { status: string; location?: string }[];
      expect(results.map(({ status }) => status)).toEqual(['201', '201', '201', '409']);
      expect(results[0]!.location).toContain(ids[0]!);
      expect(results[2]!.location).toContain(ids[1]!);
    });

    it('adopts nobody that SCIM made, and nobody who is switched off', async () => {
      const { userName } = await createUser(client);
      const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User'];
      expectError(await client.post('/Users', { schemas, userName }), 409, 'uniqueness');
      const name = fresh('off');
      const id = idOf(await identity.resolve(signOn(name)));
      await client.patch(`/Users/${id}`, [{ op: 'replace', value: { active: false } }]);
      const refused = await client.post('/Users', { schemas, userName: `${name}@acme.example` });
      expectError(refused, 409, 'uniqueness');
      expect((await client.get(`/Users/${id}`)).body.active).toBe(false);
    });
  });
});

describe('the options of sign-on', () => {
  it('find by externalId and userName and make nothing, unless told otherwise [L5]', async () => {
    const scim = await bootScim();
    const client = await scim.client();
    const identity = scim.app.get(ScimIdentity);
    const emails = [{ value: 'ann@acme.example' }];
    const { id } = await createUser(client, { userName: 'ann', externalId: 'e1', emails });
    expect(idOf(await identity.resolve(signOn('x', { externalId: 'e1' })))).toBe(id);
    expect(idOf(await identity.resolve(signOn('x', { userName: 'ANN', email: undefined })))).toBe(id);
    expect(refusal(await identity.resolve(signOn('ann')))).toBe('policy');
    expect(refusal(await identity.resolve(signOn('nobody')))).toBe('policy');
    expect((await client.get('/Users', { query: { count: 0 } })).body.totalResults).toBe(1);
    await scim.close();
  });

  it('make no second account for an address that the policy does not link [L5]', async () => {
    const scim = await bootScim({ scim: { identity: { justInTime: 'create', link: [] } } });
    const client = await scim.client();
    const identity = scim.app.get(ScimIdentity);
    const emails = [{ value: 'ann@acme.example' }];
    await createUser(client, { userName: 'ann', externalId: 'e1', emails });
    for (const claims of [
      {},
      { userName: 'ann', email: undefined },
      { externalId: 'e1', email: undefined },
    ]) {
      expect(refusal(await identity.resolve(signOn('ann', claims)))).toBe('policy');
    }
    const person = { issuer: ISSUER, subject: 's' };
    expect((await identity.resolve(signOn('new', person))).kind).toBe('created');
    expect(await identity.resolve(signOn('new', person))).toMatchObject({ kind: 'linked', by: 'subject' });
    expect(refusal(await identity.resolve(signOn('new')))).toBe('policy');
    await scim.close();
  });

  it.each([
    [{ adopt: [] }, {}, 409],
    [{ adopt: ['externalId'] }, {}, 409],
    [{ adopt: ['externalId'] }, { externalId: 'e1' }, 201],
    [{ adopt: ['userName'] }, { externalId: 'e1' }, 201],
    [{ adopt: ['userName'] }, {}, 201],
  ] as const)('adopt by %j a POST with %j: %i', async (options, more, status) => {
    const scim = await bootScim({ scim: { identity: { justInTime: 'create', ...options } } });
    const client = await scim.client();
    await scim.app.get(ScimIdentity).resolve(signOn('ann', { externalId: 'e1' }));
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User'];
    const reply = await client.post('/Users', { schemas, userName: 'ann@acme.example', ...more });
    await scim.close();
    expect(reply.status).toBe(status);
  });

  it('adopt accounts from before, after no more are made', async () => {
    const database = await emptyDatabase('postgres');
    const on = await bootScim({
      database: database.options,
      scim: { identity: { justInTime: 'create' } },
    });
    const id = idOf(await on.app.get(ScimIdentity).resolve(signOn('ann')));
    await on.close();
    const off = await bootScim({ database: database.options });
    const client = await off.client();
    expect((await createUser(client, { userName: 'ann@acme.example' })).id).toBe(id);
    await off.close();
    await database.drop();
  });

  it.each([
    [{ link: ['name'] }, 'identity.link'],
    [{ link: 'email' }, 'identity.link'],
    [{ adopt: ['email'] }, 'identity.adopt'],
    [{ justInTime: true }, 'identity.justInTime'],
    [{ jit: 'create' }, 'identity.jit'],
    [[], 'identity'],
  ])('does not start with %j', async (identity, option) => {
    await expect(bootScim({ scim: { identity: identity as never } })).rejects.toThrow(`"${option}"`);
  });
});

/** What a host may decide. Static, so that the tests can say what and see what was asked. */
class HousePolicy extends IdentityPolicy {
  static off = new Set<string>();
  static answers = { link: true, create: true, adopt: true };
  static readonly asked: unknown[] = [];
  /** What happens while the host decides over an adoption. */
  static meanwhile: ((user: SignOnUser) => Promise<unknown>) | undefined;
  override isEnabled(tenantId: string): boolean {
    return !HousePolicy.off.has(tenantId);
  }
  override isVerifiedDomain(tenantId: string, domain: string): boolean {
    return domain === `${tenantId}.example`;
  }
  override mayLink(user: SignOnUser, _signOn: SignOn, by: string): boolean {
    HousePolicy.asked.push(['link', user.userName, by]);
    return HousePolicy.answers.link;
  }
  override async mayCreate(claims: SignOn): Promise<boolean> {
    HousePolicy.asked.push(['create', claims.email]);
    return HousePolicy.answers.create;
  }
  override async mayAdopt(user: SignOnUser, { tenantId, by }: Adoption): Promise<boolean> {
    await HousePolicy.meanwhile?.(user);
    HousePolicy.asked.push(['adopt', user.userName, tenantId, by]);
    return HousePolicy.answers.adopt;
  }
}

describe.each(ADAPTERS)("the host's policy on %s", (adapter) => {
  let scim: ScimApp;
  let client: ScimClient;
  let identity: ScimIdentity;
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User'];
  beforeAll(async () => {
    scim = await bootScim({
      adapter,
      scim: { identity: { justInTime: 'create' }, identityPolicy: HousePolicy },
    });
    HousePolicy.asked.length = 0;
    client = await scim.client();
    identity = scim.app.get(ScimIdentity);
  });
  afterAll(() => scim.close());

  it('decides over accounts, links and adoption', async () => {
    const { answers, asked } = HousePolicy;
    answers.create = false;
    expect(refusal(await identity.resolve(signOn('ann')))).toBe('policy');
    answers.create = true;
    expect((await identity.resolve(signOn('ann'))).kind).toBe('created');
    answers.link = false;
    expect(refusal(await identity.resolve(signOn('ann')))).toBe('policy');
    answers.link = true;
    const userName = 'ann@acme.example';
    answers.adopt = false;
    expectError(await client.post('/Users', { schemas, userName }), 409, 'uniqueness');
    answers.adopt = true;
    expect((await client.post('/Users', { schemas, userName })).status).toBe(201);
    expect(asked).toEqual([
      ['create', userName],
      ['create', userName],
      ['link', userName, 'userName'],
      ['adopt', userName, 'acme', 'userName'],
      ['adopt', userName, 'acme', 'userName'],
    ]);
  });

  it.each([
    ['switched off', { active: false }],
    ['renamed', { userName: 'renamed@acme.example' }],
  ])('adopts nobody who is %s while it decides [L5, L2]', async (how, value) => {
    const name = fresh('race');
    const id = idOf(await identity.resolve(signOn(name)));
    HousePolicy.meanwhile = (account) => client.patch(`/Users/${account.id}`, [{ op: 'replace', value }]);
    try {
      const reply = await client.post('/Users', { schemas, userName: `${name}@acme.example` });
      expectError(reply, 409, 'uniqueness');
    } finally {
      HousePolicy.meanwhile = undefined;
    }
    expect((await client.get(`/Users/${id}`)).body, how).toMatchObject(value);
    await client.delete(`/Users/${id}`);
  });

  it('makes no account outside of the verified domains of the tenant', async () => {
    for (const claims of [
      { email: 'eve@evil.example' },
      { userName: 'eve@evil.example', userNameVerified: true },
      { email: 'eve@acme.example.evil.example' },
      { email: '"eve@acme.example"@evil.example' },
    ]) {
      expect(refusal(await identity.resolve(signOn('eve', claims)))).toBe('policy');
    }
    expect((await identity.resolve(signOn('dot', { email: 'dot@ACME.example.' }))).kind).toBe('created');
  });

  it('switches sign-on and adoption off for a tenant', async () => {
    const name = fresh('off');
    const id = idOf(await identity.resolve(signOn(name)));
    HousePolicy.off.add('acme');
    const userName = `${name}@acme.example`;
    expect(refusal(await identity.resolve(signOn(name)))).toBe('disabled');
    expectError(await client.post('/Users', { schemas, userName }), 409, 'uniqueness');
    HousePolicy.off.delete('acme');
    expect(idOf(await identity.resolve(signOn(name)))).toBe(id);
  });

  it('keeps SCIM within the verified domains of the tenant by every request', async () => {
    const own = [{ value: 'ann@acme.example' }];
    const evil = [{ value: 'ann@evil.example' }];
    const userName = fresh('member');
    const body = { schemas, userName, emails: own };
    const { id } = await createUser(client, { userName, emails: own });
    const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
    const bulk = (operation: object): ReturnType<ScimClient['post']> =>
      client.post('/Bulk', {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
        Operations: [operation],
      });
    const patch = (operation: object): ReturnType<ScimClient['post']> =>
      client.patch(`/Users/${id}`, [operation]);
    const before = (await client.get(`/Users/${id}`)).body;
    for (const work of [
      () => client.post('/Users', { ...body, userName: fresh(), emails: evil }),
      () => client.post('/Users', { ...body, userName: 'boss@evil.example' }),
      () => client.put(`/Users/${id}`, { ...body, emails: evil }),
      () => patch({ op: 'add', path: 'emails', value: evil }),
      () => patch({ op: 'replace', path: 'emails', value: evil }),
      () => patch({ op: 'replace', path: 'emails[value pr].value', value: evil[0]!.value }),
      () => patch({ op: 'replace', value: { emails: evil } }),
      () => patch({ op: 'replace', value: { userName: 'boss@evil.example' } }),
    ]) {
      expectError(await work(), 403);
    }
    for (const operation of [
      { method: 'POST', path: '/Users', bulkId: 'b', data: { ...body, userName: fresh(), emails: evil } },
      { method: 'PUT', path: `/Users/${id}`, data: { ...body, emails: evil } },
      {
        method: 'PATCH',
        path: `/Users/${id}`,
        data: { schemas: [patchOp], Operations: [{ op: 'add', path: 'emails', value: evil }] },
      },
    ]) {
      expect((await bulk(operation)).body.Operations).toMatchObject([{ status: '403' }]);
    }
    expect((await client.get(`/Users/${id}`)).body).toEqual(before);
    expect(await client.ids('/Users', 'emails.value ew "evil.example"')).toEqual([]);
    expect((await patch({ op: 'add', path: 'emails', value: [{ value: 'b@acme.example' }] })).status).toBe(
      200,
    );
  });
});

/** Takes part in the transaction of an account. */
@Injectable()
class Welcome {
  static refuses = false;
  @BeforeScimCommit(UserCreated)
  greet(_event: UserCreated, _manager: EntityManager): void {
    if (Welcome.refuses) throw new Error('no seat left');
  }
}

describeEachDatabase('the events of sign-on', (database) => {
  it('tell of an account once, and of its adoption as a change', async () => {
    const scim = await bootScimOn(database, {
      scim: { identity: { justInTime: 'create' } },
      host: { providers: [Welcome] },
    });
    const client = await scim.client();
    const identity = scim.app.get(ScimIdentity);
    Welcome.refuses = true;
    await expect(identity.resolve(signOn('ann'))).rejects.toThrow(ScimError);
    Welcome.refuses = false;
    expect((await client.get('/Users')).body.totalResults).toBe(0);
    const person = { issuer: ISSUER, subject: 's' };
    const id = idOf(await identity.resolve(signOn('ann', person)))!;
    await identity.resolve(signOn('ann', person));
    await createUser(client, { userName: 'ann@acme.example', title: 'Boss' });
    const events = await eventsIn(scim.dataSource, id);
    await scim.close();
    expect(events).toMatchObject([
      { type: 'scim.user.created.v1', by: 'identity', connectionId: null, version: 1 },
      { type: 'scim.user.updated.v1', by: 'scim', version: 2, after: { title: 'Boss' } },
    ]);
    expect(events[1]!.connectionId).not.toBeNull();
  });
});
