import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectError } from '../support/expect-error.js';
import { createGroup, createUser, fresh, user } from '../support/resources.js';
import { bootScim, type ScimApp } from '../support/scim-app.js';
import type { ScimClient } from '../support/scim-client.js';

const deactivate = [{ op: 'replace', path: 'active', value: false }];

describe('reactivateOnCreate', () => {
  let scim: ScimApp;
  let client: ScimClient;
  beforeAll(async () => {
    scim = await bootScim({ scim: { reactivateOnCreate: true } });
    client = await scim.client();
  });
  afterAll(() => scim.close());

  it('brings a deactivated user back by POST of the same userName, under the same id [L2]', async () => {
    const before = await createUser(client, { title: 'Clerk', nickName: 'Old' });
    await client.patch(`/Users/${before.id}`, deactivate);
    const userName = before.userName.toUpperCase();
    const reply = await client.post('/Users', user({ userName, title: 'Head' }));
    expect(reply.status).toBe(201);
    expect(reply.headers.location).toBe(before.meta.location);
    expect(reply.body).toMatchObject({ id: before.id, active: true, userName, title: 'Head' });
    expect(reply.body.nickName).toBeUndefined();
    expect((await client.get(`/Users/${before.id}`)).body).toEqual(reply.body);
  });

  it('leaves the user as inactive as the body says [L2]', async () => {
    const { id, userName } = await createUser(client, { active: false });
    const reply = await client.post('/Users', user({ userName, active: false }));
    expect([reply.status, reply.body.id, reply.body.active]).toEqual([201, id, false]);
  });

  it('never takes over an active user, nor one of another tenant [L2]', async () => {
    const { id, userName, meta } = await createUser(client, { title: 'Clerk' });
    expectError(await client.post('/Users', user({ userName, title: 'Head' })), 409, 'uniqueness');
    expect((await client.get(`/Users/${id}`)).body.meta).toEqual(meta);
    await client.patch(`/Users/${id}`, deactivate);
    const elsewhere = await scim.client({ tenant: 'other' });
    const reply = await elsewhere.post('/Users', user({ userName }));
    expect(reply.status).toBe(201);
    expect(reply.body.id).not.toBe(id);
  });

  it('lets one of two parallel requests bring the user back and refuses the other [L2]', async () => {
    const { userName } = await createUser(client, { active: false });
    const replies = await Promise.all([1, 2].map(() => client.post('/Users', user({ userName }))));
    expect(replies.map(({ status }) => status).toSorted()).toEqual([201, 409]);
  });

  it('is not for groups', async () => {
    const { displayName } = await createGroup(client);
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:Group'];
    expectError(await client.post('/Groups', { schemas, displayName }), 409, 'uniqueness');
  });
});

describe('reactivateOnCreate off', () => {
  it('answers 409 with a hint and changes nothing [L2]', async () => {
    const scim = await bootScim();
    const client = await scim.client();
    const { id, userName } = await createUser(client);
    await client.patch(`/Users/${id}`, deactivate);
    const before = (await client.get(`/Users/${id}`)).body;
    const reply = await client.post('/Users', user({ userName }));
    expectError(reply, 409, 'uniqueness');
    expect(reply.body.detail).toBe('A deactivated user has this userName; set its active to true instead.');
    expect((await client.get(`/Users/${id}`)).body).toEqual(before);
    await scim.close();
  });
});

describe.each(['default', 'strict', 'interop'])('keepExternalIdOnPut for the %s profile', (profile) => {
  it.each([
    [true, true],
    [false, false],
    [undefined, profile === 'default'],
  ])('%s: a PUT without externalId keeps it: %s [D-31]', async (option, kept) => {
    const scim = await bootScim({ scim: option === undefined ? {} : { keepExternalIdOnPut: option } });
    const client = await scim.client({ profile });
    const externalId = fresh('external');
    const { id, userName } = await createUser(client, { externalId, title: 'Clerk' });
    const { body } = await client.put(`/Users/${id}`, user({ userName }));
    expect([body.externalId, body.title]).toEqual([kept ? externalId : undefined, undefined]);
    // Sent as null it is cleared in every mode.
    const cleared = await client.put(`/Users/${id}`, user({ userName, externalId: null }));
    expect(cleared.body.externalId).toBeUndefined();
    await scim.close();
  });
});
