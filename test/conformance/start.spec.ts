import {
  EnterpriseUserSchema,
  ScimAttribute,
  ScimModule,
  ScimOptionsError,
  ScimSchema,
  type ScimStructuralOptions,
} from 'nestjs-scim';
import { groupResourceType, ResourceTypeRegistry, userResourceType } from 'nestjs-scim/protocol';
import { ScimUser } from 'nestjs-scim/typeorm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { bootScim } from '../support/scim-app.js';

afterEach(() => void vi.unstubAllEnvs());

@ScimSchema({ id: 'urn:ietf:params:scim:schemas:extension:acme:2.0:User' })
class ReservedSchema {
  @ScimAttribute()
  badge?: string;
}

@ScimSchema({ id: 'no urn' })
class NamelessSchema {
  @ScimAttribute()
  badge?: string;
}

class UndeclaredSchema {
  badge?: string;
}

@ScimSchema({ id: 'urn:example:scim:extension:2.0:Empty' })
class EmptySchema {}

class OtherUser extends ScimUser {}

describe('the start', () => {
  it('fails over http in production [P-7.2-01]', async () => {
    vi.stubEnv('NODE_ENV', 'production');
    const scim = { publicUrl: 'http://api.example.com/scim/v2' };
    await expect(bootScim({ scim })).rejects.toThrow(ScimOptionsError);
  });

  it('fails with credentials in the address, and does not repeat them [P-7.1-01]', async () => {
    const started = bootScim({ scim: { publicUrl: 'https://user:secret@api.example.com/scim/v2' } });
    await expect(started).rejects.toThrow(/"publicUrl" must not carry credentials/);
    await expect(started).rejects.not.toThrow(/secret/);
  });

  it('fails with an option that cannot work, and names it', async () => {
    await expect(bootScim({ scim: { maxCount: 0 } })).rejects.toThrow(/"maxCount"/);
  });

  it.each(['', '/', 'scim v2', 'scim/:tenant', 'scim/*', '../scim', 'scim/./v2', 'scim//v2', 'scim?x'])(
    'fails with the path %j',
    (path) => {
      expect(() => ScimModule.forRoot({ path })).toThrow(/"path"/);
    },
  );
});

describe('resource types', () => {
  it('have names and endpoints of their own [S-6-02]', () => {
    const [user, group] = [userResourceType(), groupResourceType()];
    const registry = (second: typeof group) => () => new ResourceTypeRegistry([user, second]);
    expect(registry(group)).not.toThrow();
    for (const name of ['User', 'user']) expect(registry({ ...group, name })).toThrow(/name is taken/);
    for (const endpoint of ['/Users', '/users']) {
      expect(registry({ ...group, endpoint })).toThrow(/Group.*\/users is taken/i);
    }
    for (const endpoint of [
      '/Me',
      '/Bulk',
      '/Schemas',
      '/schemas',
      '/ResourceTypes',
      '/ServiceProviderConfig',
    ]) {
      expect(registry({ ...group, endpoint })).toThrow(/reserved/);
    }
    for (const endpoint of ['Devices', '/', '/a/b', '/.search', '/:id', '/De vices']) {
      expect(registry({ ...group, endpoint })).toThrow(/endpoint/);
    }
  });

  it.each<[string, ScimStructuralOptions, RegExp]>([
    [
      'an extension listed twice',
      { users: { extensions: [EnterpriseUserSchema] } },
      /enterprise:2\.0:User is listed twice/,
    ],
    ['a reserved name space', { users: { extensions: [ReservedSchema] } }, /reserved/],
    ['a schema without URN', { groups: { extensions: [NamelessSchema] } }, /URN/],
    ['a class that is no schema', { users: { extensions: [UndeclaredSchema] } }, /UndeclaredSchema/],
    ['a schema without attributes', { users: { extensions: [EmptySchema] } }, /EmptySchema|Empty/],
    ['an entity that is no entity', { entities: { user: OtherUser } }, /OtherUser|ScimUser/],
  ])('cannot be made with %s, and the start says why', async (_what, scim, message) => {
    await expect(bootScim({ scim })).rejects.toThrow(message);
  });
});
