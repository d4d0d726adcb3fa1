import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGroup, createUser } from '../support/resources.js';
import { ADAPTERS, bootScim, type ScimApp } from '../support/scim-app.js';
import type { ScimClient } from '../support/scim-client.js';

const UNKNOWN = '01900000-0000-7000-8000-000000000000';
/** More members than are held at once, so that the group is streamed. */
const MEMBERS = 4100;

describe.each(ADAPTERS)('HEAD on %s', (adapter) => {
  let scim: ScimApp;
  let client: ScimClient;
  let userId: string;
  let groupId: string;
  beforeAll(async () => {
    scim = await bootScim({ adapter });
    client = await scim.client();
    userId = (await createUser(client)).id;
    groupId = (await createGroup(client)).id;
    await scim.dataSource.query(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${MEMBERS})
       insert into scim_user (tenant_id, id, user_name, user_name_key, active, version, created_at, modified_at, document)
       select 'acme', 'member-' || i, 'm' || i, 'm' || i, 1, 1, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', '{}' from n`,
    );
    await scim.dataSource.query(
      `insert into scim_group_member (tenant_id, group_id, member_id, member_type)
       select 'acme', '${groupId}', id, 'User' from scim_user where id like 'member-%'`,
    );
  });
  afterAll(() => scim.close());

  /** All headers but those that differ from request to request. */
  function comparable(headers: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const { date: _date, 'x-correlation-id': _id, 'x-request-id': _request, ...rest } = headers;
    return rest;
  }

  it.each([
    ['a user', () => `/Users/${userId}`],
    ['a user in part', () => `/Users/${userId}?attributes=userName`],
    ['a list', () => '/Users?count=3'],
    ['a cursor page', () => '/Users?cursor&count=9999&filter=userName%20eq%20%22m7%22'],
    ['a bad query', () => '/Users?filter=x'],
    ['a list of groups', () => '/Groups?excludedAttributes=members'],
    ['an unknown user', () => `/Users/${UNKNOWN}`],
    ['the base address', () => '?count=2'],
    ['the configuration', () => '/ServiceProviderConfig'],
    ['all schemas', () => '/Schemas'],
    ['a schema', () => '/Schemas/urn:ietf:params:scim:schemas:core:2.0:User'],
    ['the resource types', () => '/ResourceTypes'],
    ['a resource type', () => '/ResourceTypes/User'],
    ['nothing', () => '/Nothing'],
    ['what is switched off', () => '/Me'],
    ['a group without its members', () => `/Groups/${groupId}?excludedAttributes=members`],
    ['a group with more members than are held at once', () => `/Groups/${groupId}`],
  ])('has for %s the status and the headers of GET, and no body [H-9110-03]', async (_, path) => {
    const get = await client.get(path());
    const head = await client.send('HEAD', path());
    expect(get.text).not.toBe('');
    expect([head.status, head.text]).toEqual([get.status, '']);
    const expected = comparable(get.headers);
    // How a body travels is no part of what it is (RFC 9110 §9.3.2).
    delete expected['transfer-encoding'];
    expect(comparable(head.headers)).toEqual(expected);
  });

  it('tells what has not changed [H-9110-03]', async () => {
    const { headers } = await client.get(`/Users/${userId}`);
    const head = await client.send('HEAD', `/Users/${userId}`, {
      headers: { 'if-none-match': headers.etag! },
    });
    expect([head.status, head.text, head.headers.etag]).toEqual([304, '', headers.etag]);
  });

  it('reads no more members than it takes to answer [H-9110-03]', async () => {
    let statements = 0;
    const logger = {
      logQuery: (text: string) => {
        if (text.includes('scim_group_member')) statements++;
      },
    };
    Object.assign(scim.dataSource, { logger });
    expect((await client.get(`/Groups/${groupId}`)).body.members).toHaveLength(MEMBERS);
    expect(statements).toBe(3);
    statements = 0;
    expect((await client.send('HEAD', `/Groups/${groupId}`)).status).toBe(200);
    // The connection is whole afterwards.
    expect((await client.get(`/Users/${userId}?attributes=userName`)).status).toBe(200);
    expect(statements).toBe(1);
  });
});
