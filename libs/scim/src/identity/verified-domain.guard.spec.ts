import { Test } from '@nestjs/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ResourceChange } from '../events/resource-change.js';
import type { JsonObject } from '../protocol/schema/json.js';
import { HostIdentityPolicy, IDENTITY_POLICY } from './host-identity-policy.js';
import { IdentityPolicy } from './identity-policy.js';
import { VerifiedDomainGuard } from './verified-domain.guard.js';

class OwnDomains extends IdentityPolicy {
  static asked: string[] = [];
  override isVerifiedDomain(tenantId: string, domain: string): boolean {
    OwnDomains.asked.push(domain);
    return domain === `${tenantId}.example`;
  }
}

class NoDomains extends IdentityPolicy {}

async function guardWith(policy: typeof OwnDomains | typeof NoDomains | null): Promise<VerifiedDomainGuard> {
  const module = await Test.createTestingModule({
    providers: [VerifiedDomainGuard, HostIdentityPolicy, { provide: IDENTITY_POLICY, useValue: policy }],
  }).compile();
  await module.init();
  return module.get(VerifiedDomainGuard);
}

const emails = (...values: string[]): JsonObject => ({ emails: values.map((value) => ({ value })) });

function change(before: JsonObject | undefined, after: JsonObject, more: object = {}): ResourceChange {
  return {
    kind: before ? 'modified' : 'created',
    resourceType: 'User',
    id: '1',
    version: 1,
    time: '2026-01-01T00:00:00.000Z',
    before,
    after,
    origin: { tenantId: 'acme', connectionId: 'c', by: 'scim' },
    ...more,
  };
}

describe('A tenant with verified domains', () => {
  let guard: VerifiedDomainGuard;
  beforeEach(async () => {
    guard = await guardWith(OwnDomains);
  });

  it.each([
    [undefined, emails('a@acme.example', 'a@evil.example')],
    [undefined, { userName: 'a@evil.example' }],
    [emails('a@acme.example'), emails('a@evil.example')],
    [emails('a@acme.example'), emails('a@acme.example', 'b@evil.example')],
    // Who has another's address does not lose it either: it may be a guest with a login of its own.
    [emails('a@evil.example'), emails('a@acme.example')],
    [emails('a@evil.example'), {}],
    [{ userName: 'a@acme.example' }, { userName: 'a@evil.example' }],
    [{ userName: 'a@evil.example' }, { userName: 'a' }],
    [emails(), emails('a@acme.example@evil.example')],
    [emails(), emails('a@')],
    [emails(), emails('no address')],
  ])('refuses the change from %j to %j', async (before, after) => {
    await expect(guard.check([change(undefined, {}), change(before, after)])).rejects.toMatchObject({
      status: 403,
    });
  });

  it.each([
    [undefined, { userName: 'a', ...emails('a@acme.example', 'b@ACME.example.') }],
    [emails('a@acme.example'), emails('b@acme.example')],
    [emails('a@evil.example', 'a@acme.example'), emails('A@EVIL.example', 'b@acme.example')],
    [{ title: 'x' }, { title: 'y' }],
    [{ userName: 'a' }, { userName: 'b' }],
  ])('allows the change from %j to %j', async (before, after) => {
    await expect(guard.check([change(before, after)])).resolves.toBeUndefined();
  });

  it('is asked once for a domain, and for nothing but what identity providers do to users', async () => {
    OwnDomains.asked = [];
    await guard.check([
      change(undefined, emails('a@acme.example')),
      change(undefined, emails('b@acme.example')),
    ]);
    expect(OwnDomains.asked).toEqual(['acme.example']);
    const evil = emails('a@evil.example');
    for (const by of ['host', 'identity', 'purge'] as const) {
      await guard.check([change(undefined, evil, { origin: { tenantId: 'acme', connectionId: null, by } })]);
    }
    await guard.check([change(undefined, evil, { resourceType: 'Group' })]);
    await guard.check([change(evil, evil, { kind: 'deleted' })]);
    expect(OwnDomains.asked).toEqual(['acme.example']);
  });

  it.each([NoDomains, null])('is none where the host knows of no domains: %s', async (policy) => {
    const open = await guardWith(policy);
    await expect(open.check([change(undefined, emails('a@evil.example'))])).resolves.toBeUndefined();
  });
});
