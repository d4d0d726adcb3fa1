import { Injectable } from '@nestjs/common';
import { BeforeScimCommit, DeletionBlocked, IdentityPolicy, UserDeleted } from 'nestjs-scim';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LogOf, logging } from '../support/log-app.js';
import { createGroup, createUser, fresh, user } from '../support/resources.js';
import { bootScim, type ScimApp } from '../support/scim-app.js';

const BULK = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const off = [{ op: 'replace', path: 'active', value: false }];

/** Cannot do without one user. */
@Injectable()
class Ledger {
  needed = '';

  @BeforeScimCommit(UserDeleted)
  refuse({ resourceId }: UserDeleted): void {
    if (resourceId === this.needed) throw new DeletionBlocked();
  }
}

class Domains extends IdentityPolicy {
  override isVerifiedDomain(_tenantId: string, domain: string): boolean {
    return domain === 'acme.example';
  }
}

describe('The remedy in the provisioning log', () => {
  let scim: ScimApp;
  let log: LogOf;
  beforeAll(async () => {
    scim = await bootScim({
      scim: {
        ...logging(),
        breaker: { share: 0.1, minimum: 1 },
        retention: { blockedDelete: 'refuse' },
        roles: { mappings: [{ role: 'owner', group: { displayName: 'Owners' } }], protected: ['owner'] },
        identityPolicy: Domains,
      },
      host: { providers: [Ledger] },
    });
    log = new LogOf(scim);
  });
  afterAll(() => scim.close());

  it('of a stopped connection is not to wait, in Bulk neither', async () => {
    const tenant = fresh('t');
    const client = await scim.client({ tenant });
    const [first, second] = [await createUser(client), await createUser(client)];
    expect((await client.patch(`/Users/${first.id}`, off)).status).toBe(200);
    const single = await client.patch(`/Users/${second.id}`, off);
    expect(await log.of(single, tenant)).toMatchObject({
      status: 429,
      remedy: expect.stringContaining('let the operator of the service release the connection'),
    });
    const operation = { method: 'DELETE', path: `/Users/${second.id}` };
    const bulk = await client.post('/Bulk', { schemas: [BULK], Operations: [operation] });
    await log.of(bulk, tenant);
    const requestId = bulk.headers['x-request-id'] as string;
    const entries = await log.entries({ tenantId: tenant, requestId });
    expect(entries.find(({ kind }) => kind === 'operation')).toMatchObject({
      status: 429,
      remedy: expect.stringContaining('let the operator of the service release the connection'),
    });
  });

  it('of too many requests is to wait', async () => {
    const limited = await bootScim({ scim: { ...logging(), rateLimit: { perSecond: 1, burst: 1 } } });
    try {
      const client = await limited.client();
      await client.get('/Users');
      const reply = await client.get('/Users');
      expect(await new LogOf(limited).of(reply)).toMatchObject({
        status: 429,
        remedy: expect.stringContaining('Nothing to change'),
      });
    } finally {
      await limited.close();
    }
  });

  it('of an address elsewhere is no other token', async () => {
    const client = await scim.client();
    const reply = await client.post('/Users', user({ userName: `${fresh('eve')}@evil.example` }));
    expect(await log.of(reply)).toMatchObject({
      status: 403,
      remedy: expect.stringContaining('Correct the address in the directory'),
    });
  });

  it('of a blocked deletion and of the last holder of a role is not to send it again', async () => {
    const tenant = fresh('t');
    const client = await scim.client({ tenant });
    const needed = await createUser(client);
    scim.app.get(Ledger, { strict: false }).needed = needed.id as string;
    expect(await log.of(await client.delete(`/Users/${needed.id}`), tenant)).toMatchObject({
      status: 409,
      remedy: expect.stringContaining('deactivate the user instead'),
    });
    const owner = await createUser(client);
    await createGroup(client, { displayName: 'Owners', members: [{ value: owner.id }] });
    expect(await log.of(await client.patch(`/Users/${owner.id}`, off), tenant)).toMatchObject({
      status: 409,
      remedy: expect.stringContaining('another user first'),
    });
  });
});
