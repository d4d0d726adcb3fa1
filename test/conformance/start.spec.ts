import {
  EnterpriseUserSchema,
  ScimAttribute,
  ScimModule,
  ScimOptionsError,
  type ScimOptionsInput,
  ScimSchema,
  type ScimStructuralOptions,
} from 'nestjs-scim';
import { ScimUser } from 'nestjs-scim/typeorm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ResourceTypeRegistry } from '../../libs/scim/src/protocol/schema/resource-type-registry.js';
import { groupResourceType, userResourceType } from '../../libs/scim/src/protocol/schema/core/resource-types.js';
import { deviceResourceType } from '../../libs/scim/src/protocol/schema/testing/device.js';
import { resolveScimOptions } from '../../libs/scim/src/resolve-scim-options.js';
import { bootScim } from '../support/scim-app.js';

afterEach(() => void vi.unstubAllEnvs());

/** An input that no type checker would let through. */
const wrong = (options: object): ScimOptionsInput => options as ScimOptionsInput;

const refusal = (options: ScimOptionsInput): string => {
  try {
    resolveScimOptions(options);
  } catch (error) {
    expect(error).toBeInstanceOf(ScimOptionsError);
    return (error as Error).message;
  }
  return 'accepted';
};

describe('the address', () => {
  it.each([
    ['no address', 'api.example.com/scim/v2'],
    ['a path', '/scim/v2'],
    ['another scheme', 'ftp://api.example.com/scim/v2'],
    ['a script', 'javascript:alert(1)'],
    ['a query', 'https://api.example.com/scim/v2?tenant=1'],
    ['a fragment', 'https://api.example.com/scim/v2#x'],
    ['nothing', ''],
  ])('is not %s', (_what, publicUrl) => {
    expect(refusal({ publicUrl })).toContain('publicUrl');
  });

  it.each(['https://user:secret@api.example.com/scim/v2', 'https://token@api.example.com/', 'https://:p@a.example/'])(
    'carries no credentials, and the refusal does not repeat them: %s [P-7.1-01]',
    (publicUrl) => {
      const message = refusal({ publicUrl });
      expect(message).toMatch(/publicUrl.*credentials/);
      expect(message).not.toMatch(/secret|token@|:p@/);
    },
  );

  it('is https in production, unless the host insists [P-7.2-01]', () => {
    const publicUrl = 'http://api.example.com/scim/v2';
    expect(resolveScimOptions({ publicUrl }).publicUrl).toBe(publicUrl);
    vi.stubEnv('NODE_ENV', 'production');
    expect(refusal({ publicUrl })).toMatch(/publicUrl.*https.*allowInsecurePublicUrl/);
    expect(resolveScimOptions({ publicUrl, allowInsecurePublicUrl: true }).publicUrl).toBe(publicUrl);
    expect(resolveScimOptions({ publicUrl: 'https://api.example.com' }).publicUrl).toBe('https://api.example.com');
  });

  it('refuses to start an application over http in production [P-7.2-01]', async () => {
    vi.stubEnv('NODE_ENV', 'production');
    const scim = { publicUrl: 'http://api.example.com/scim/v2' };
    await expect(bootScim({ scim })).rejects.toThrow(ScimOptionsError);
  });

  it('loses the slash at its end [D2]', () => {
    expect(resolveScimOptions({ publicUrl: 'https://a.example/scim/v2//' }).publicUrl).toBe('https://a.example/scim/v2');
  });
});

describe('an option that cannot work', () => {
  it.each<[string, object]>([
    ['defaultCount', { defaultCount: 0 }],
    ['defaultCount', { defaultCount: 300 }],
    ['defaultCount', { defaultCount: 1.5 }],
    ['maxCount', { maxCount: -1 }],
    ['maxCount', { maxCount: '200' }],
    ['maxCount', { maxCount: Number.NaN }],
    ['tokenCacheSeconds', { tokenCacheSeconds: -1 }],
    ['tokenCacheSeconds', { tokenCacheSeconds: 3600 }],
    ['tokenCacheSeconds', { tokenCacheSeconds: '5' }],
    ['scanTimeoutSeconds', { scanTimeoutSeconds: 0 }],
    ['limits.bodyBytes', { limits: { bodyBytes: 0 } }],
    ['limits.jsonDepth', { limits: { jsonDepth: Number.POSITIVE_INFINITY } }],
    ['limits.members', { limits: { members: '10' } }],
    ['limits.bodybytes', { limits: { bodybytes: 10 } }],
    ['limits', { limits: 5 }],
    ['features', { features: 'all' }],
    ['features.patch', { features: { patch: 'no' } }],
    ['features.bulkk', { features: { bulkk: true } }],
    ['publicURL', { publicURL: 'https://a.example' }],
    ['toString', { toString: 'x' }],
    ['publicDiscovery', { publicDiscovery: 'false' }],
    ['allowInsecurePublicUrl', { allowInsecurePublicUrl: 'false' }],
    ['preparedStatements', { preparedStatements: 0 }],
    ['realm', { realm: '' }],
    ['realm', { realm: 'a"b' }],
    ['realm', { realm: 'a\r\nSet-Cookie: x' }],
    ['realm', { realm: 'caf\u00e9\u2603' }],
    ['realm', { realm: 7 }],
    ['publicUrl', { publicUrl: 7 }],
    ['documentationUri', { documentationUri: 'docs.html' }],
    ['documentationUri', { documentationUri: 'https://user:secret@a.example/' }],
    ['documentationUri', { documentationUri: 'javascript:alert(1)' }],
  ])('names itself: %s of %j', (option, options) => {
    const message = refusal(wrong(options));
    expect(message).toContain(`"${option}"`);
    expect(message).not.toContain('secret');
  });

  it('stops the application at its start', async () => {
    await expect(bootScim({ scim: { maxCount: 0 } })).rejects.toThrow(/"maxCount"/);
  });

  it.each(['', '/', 'scim v2', 'scim/:tenant', 'scim/*', '../scim', 'scim/./v2', 'scim//v2', 'scim?x'])(
    'is the path %j',
    (path) => {
      expect(() => ScimModule.forRoot({ path })).toThrow(/"path"/);
    },
  );

  it('has a default that works otherwise', () => {
    const options = resolveScimOptions({ realm: undefined, limits: undefined, features: { sort: undefined } });
    expect(options).toMatchObject({ realm: 'scim', limits: { jsonDepth: 32 }, features: { sort: true } });
    expect(Object.isFrozen(options) && Object.isFrozen(options.limits)).toBe(true);
  });
});

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

describe('resource types', () => {
  const registry =
    (...more: ReturnType<typeof deviceResourceType>[]) =>
    () =>
      new ResourceTypeRegistry([userResourceType(), groupResourceType(), ...more]);

  it('have names and endpoints of their own [S-6-02]', () => {
    const device = deviceResourceType();
    expect(registry(device)).not.toThrow();
    expect(registry(device, device)).toThrow(/Device/);
    expect(registry({ ...device, name: 'User' })).toThrow(/User.*name is taken/);
    expect(registry({ ...device, name: 'user' })).toThrow(/name is taken/);
    expect(registry({ ...device, endpoint: '/Users' })).toThrow(/Device.*\/Users is taken/);
    expect(registry({ ...device, endpoint: '/users' })).toThrow(/is taken/);
    for (const endpoint of ['/Me', '/Bulk', '/Schemas', '/schemas', '/ResourceTypes', '/ServiceProviderConfig']) {
      expect(registry({ ...device, endpoint })).toThrow(/reserved/);
    }
    for (const endpoint of ['Devices', '/', '/a/b', '/.search', '/:id', '/De vices']) {
      expect(registry({ ...device, endpoint })).toThrow(/endpoint/);
    }
  });

  it.each<[string, ScimStructuralOptions, RegExp]>([
    ['an extension listed twice', { users: { extensions: [EnterpriseUserSchema] } }, /enterprise:2\.0:User is listed twice/],
    ['a reserved name space', { users: { extensions: [ReservedSchema] } }, /reserved/],
    ['a schema without URN', { groups: { extensions: [NamelessSchema] } }, /URN/],
    ['a class that is no schema', { users: { extensions: [UndeclaredSchema] } }, /UndeclaredSchema/],
    ['a schema without attributes', { users: { extensions: [EmptySchema] } }, /EmptySchema|Empty/],
    ['an entity that is no entity', { entities: { user: OtherUser } }, /OtherUser|ScimUser/],
  ])('cannot be made with %s, and the start says why', async (_what, scim, message) => {
    await expect(bootScim({ scim })).rejects.toThrow(message);
  });
});
