import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Leniency, Profile } from '../compat/profile.js';
import { ScimError } from '../error/scim-error.js';
import { groupResourceType, userResourceType } from '../schema/core/resource-types.js';
import type { JsonValue } from '../schema/json.js';
import { ResourceType } from '../schema/resource-type.js';
import { ENTERPRISE_USER_SCHEMA, GROUP_SCHEMA, USER_SCHEMA } from '../schema/schema-urns.js';
import { DEFAULT_READ_LIMITS, type ReadContext } from './read-context.js';
import { refuseSelfMembership } from './read-members.js';
import { readResource, type ReadResource } from './read-resource.js';

const user = new ResourceType(userResourceType());
const group = new ResourceType(groupResourceType());
const schemas = [USER_SCHEMA];
const invalidValue = expect.objectContaining({ status: 400, scimType: 'invalidValue' });
const invalidSyntax = expect.objectContaining({ status: 400, scimType: 'invalidSyntax' });

const context = (profile: Profile): ReadContext => ({
  leniency: new Leniency(profile),
  limits: DEFAULT_READ_LIMITS,
});
const lenient = (body: JsonValue, type = user): ReadResource =>
  readResource(type, body, context(Profile.default));
const strict = (body: JsonValue, type = user): ReadResource =>
  readResource(type, body, context(Profile.strict));

function applied(body: JsonValue): readonly string[] {
  const reading = context(Profile.default);
  readResource(user, body, reading);
  return reading.leniency.names;
}

describe('readResource', () => {
  it.each<JsonValue>([[], 'text', null, 1])('refuses %j, which is no object [H-8259-01]', (body) => {
    expect(() => lenient(body)).toThrow(invalidSyntax);
  });

  it('reads names in any letter case and spells them as the schema does [S-2.1-01]', () => {
    const { document } = strict({ SCHEMAS: schemas, USERNAME: 'x', Emails: [{ VALUE: 'a@b.c' }] });
    expect(document).toEqual({ schemas, userName: 'x', emails: [{ value: 'a@b.c' }] });
  });

  it('puts schemas and externalId first', () => {
    const { document } = strict({ userName: 'x', title: 't', externalId: 'e', schemas });
    expect(Object.keys(document)).toEqual(['schemas', 'externalId', 'userName', 'title']);
  });

  it('gives the same result for any order of members [S-2.3.8-01]', () => {
    const forward = strict({ schemas, userName: 'x', title: 't' });
    const backward = strict({ title: 't', userName: 'x', schemas });
    expect(backward.document).toEqual(forward.document);
  });

  it('refuses two names that differ in case only [D-01]', () => {
    expect(() => lenient({ schemas, userName: 'x', USERNAME: 'y' })).toThrow(invalidSyntax);
    expect(() => lenient({ schemas, userName: 'x', foo: 1, Foo: 2 })).toThrow(invalidSyntax);
  });

  it('ignores read-only attributes [S-3.1-02, S-3.1-06, S-4.1.2-07, P-3.3-03]', () => {
    const sent = { schemas, userName: 'x', id: 'hack', meta: { created: 1999 }, groups: 'anything' };
    const read = strict(sent);
    expect(read.document).toEqual({ schemas, userName: 'x' });
    expect(read.assigned).toEqual(new Set(['userName']));
  });

  it('drops unknown attributes or refuses them by profile [D-19]', () => {
    expect(lenient({ schemas, userName: 'x', foo: 1 }).document).toEqual({ schemas, userName: 'x' });
    expect(applied({ schemas, userName: 'x', foo: 1 })).toEqual(['unknownAttributes']);
    expect(() => strict({ schemas, userName: 'x', foo: 1 })).toThrow(invalidSyntax);
  });

  it('never touches a prototype [D-02]', () => {
    const body = JSON.parse(
      '{"__proto__":{"x":1},"constructor":{"y":1},"prototype":1,"userName":"x"}',
    ) as JsonValue;
    const { document } = lenient(body);
    expect(document).toEqual({ schemas, userName: 'x' });
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
    expect(Object.getPrototypeOf(document)).toBe(Object.prototype);
  });

  it('takes base attributes under their URN, and no extension attributes at the top [D-20]', () => {
    expect(strict({ schemas, [USER_SCHEMA]: { userName: 'x' } }).document).toEqual({
      schemas,
      userName: 'x',
    });
    expect(lenient({ schemas, userName: 'x', employeeNumber: '1' }).document).toEqual({
      schemas,
      userName: 'x',
    });
    expect(() => strict({ schemas, userName: 'x', employeeNumber: '1' })).toThrow(invalidSyntax);
    expect(() => lenient({ schemas, userName: 'x', [USER_SCHEMA]: { userName: 'y' } })).toThrow(
      invalidSyntax,
    );
  });

  it('keeps extension data below its URN and lists it exactly when there is data [S-3-04, D-05, D-06]', () => {
    const data = { [ENTERPRISE_USER_SCHEMA.toUpperCase()]: { employeeNumber: '1' } };
    expect(strict({ schemas, userName: 'x', ...data }).document).toEqual({
      schemas: [USER_SCHEMA, ENTERPRISE_USER_SCHEMA],
      userName: 'x',
      [ENTERPRISE_USER_SCHEMA]: { employeeNumber: '1' },
    });
    const empty = {
      schemas: [ENTERPRISE_USER_SCHEMA, USER_SCHEMA],
      userName: 'x',
      [ENTERPRISE_USER_SCHEMA]: {},
    };
    expect(strict(empty).document).toEqual({ schemas, userName: 'x' });
  });

  it('wants the base schema in schemas, or infers it where tolerated [D-04]', () => {
    const bodies: JsonValue[] = [
      { userName: 'x' },
      { schemas: [], userName: 'x' },
      { schemas: null, userName: 'x' },
    ];
    for (const body of bodies) {
      expect(() => strict(body)).toThrow(invalidSyntax);
      expect(lenient(body).document).toEqual({ schemas, userName: 'x' });
      expect(applied(body)).toEqual(['missingSchemas']);
    }
    expect(() => strict({ schemas: [ENTERPRISE_USER_SCHEMA], userName: 'x' })).toThrow(invalidSyntax);
  });

  it('drops unknown URNs in schemas or refuses them by profile [D-05]', () => {
    const body = { schemas: [USER_SCHEMA, 'urn:x:y'], userName: 'x' };
    expect(lenient(body).document['schemas']).toEqual(schemas);
    expect(applied(body)).toEqual(['unknownSchemas']);
    expect(() => strict(body)).toThrow(invalidSyntax);
  });

  it('refuses the same URN twice in schemas [S-3-03]', () => {
    expect(() => lenient({ schemas: [USER_SCHEMA, USER_SCHEMA.toLowerCase()], userName: 'x' })).toThrow(
      invalidSyntax,
    );
  });

  it('sets apart what is never returned [S-4.1.1-09]', () => {
    const read = strict({ schemas, userName: 'x', password: 'secret' });
    expect(read.concealed).toEqual({ password: 'secret' });
    expect(JSON.stringify(read.document)).not.toContain('secret');
  });

  it('remembers what was assigned, also null [S-2.5-01]', () => {
    const read = strict({
      schemas,
      userName: 'x',
      active: null,
      [ENTERPRISE_USER_SCHEMA]: { division: null },
    });
    expect(read.assigned).toEqual(new Set(['userName', 'active', `${ENTERPRISE_USER_SCHEMA}:division`]));
    expect(read.document).toEqual({ schemas, userName: 'x' });
  });

  it('counts an extension of null as null for each of its attributes', () => {
    const { assigned } = strict({ schemas, userName: 'x', [ENTERPRISE_USER_SCHEMA]: null });
    expect(assigned).toContain(`${ENTERPRISE_USER_SCHEMA}:manager`);
    expect(() => lenient({ schemas, userName: 'x', [ENTERPRISE_USER_SCHEMA]: 'text' })).toThrow(invalidValue);
  });

  it('names the attribute and not the value in its errors', () => {
    expect(() => lenient({ schemas, userName: 'x', name: { givenName: 7 } })).toThrow(
      'name.givenName must be a string.',
    );
  });

  it('answers any JSON with a result or a 400, and what it accepted reads the same again', () => {
    const names = [
      'userName',
      'USERNAME',
      'emails',
      'name',
      'active',
      'groups',
      'foo',
      ENTERPRISE_USER_SCHEMA,
      '__proto__',
    ];
    const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom<JsonValue>(null, true, 1, '', 'True', 'a@b.c', 'work'),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(
          fc.constantFrom(...names, 'value', 'type', 'primary', 'manager', 'givenName'),
          tie('value'),
          {
            maxKeys: 5,
          },
        ),
      ),
    }));
    fc.assert(
      fc.property(value, (body) => {
        try {
          const { document } = lenient(body);
          expect(strict(structuredClone(document)).document).toEqual(document);
        } catch (error) {
          if (!(error instanceof ScimError)) throw error;
          expect(error.status).toBe(400);
        }
      }),
    );
  });

  describe('of a group', () => {
    const read = (members: JsonValue): ReadResource =>
      strict({ schemas: [GROUP_SCHEMA], displayName: 'g', members }, group);

    it('reads members as references, each once, outside of the document [S-4.2-04]', () => {
      const result = read([{ value: '1', type: 'user', display: 'A' }, { value: '2' }, { value: '1' }]);
      expect(result.members).toEqual([{ id: '1', type: 'User' }, { id: '2' }]);
      expect(result.document).toEqual({ schemas: [GROUP_SCHEMA], displayName: 'g' });
    });

    it.each(['Users/7', 'https://h/scim/v2/Users/7', '../Users/7/', 'Users/7?x=/y'])(
      'takes the id from %s [D-12]',
      (ref) => {
        expect(read([{ $ref: ref }]).members).toEqual([{ id: '7' }]);
      },
    );

    it('lets value win over $ref and refuses a member with neither [D-12]', () => {
      expect(read([{ value: '1', $ref: 'Users/2' }]).members).toEqual([{ id: '1' }]);
      expect(() => read([{ type: 'User' }])).toThrow(invalidValue);
      expect(() => read([{}])).toThrow(invalidValue);
      expect(() => read(['1'])).toThrow(invalidValue);
    });

    it('tells no members from members not mentioned', () => {
      expect(read([]).members).toEqual([]);
      expect(read(null).members).toEqual([]);
      expect(strict({ schemas: [GROUP_SCHEMA], displayName: 'g' }, group).members).toBeUndefined();
    });

    it('cannot contain itself [D-13]', () => {
      expect(() => refuseSelfMembership('7', [{ id: '1' }, { id: '7' }])).toThrow(invalidValue);
      expect(() => refuseSelfMembership('7', [{ id: '1' }])).not.toThrow();
    });

    it('limits the members of one request', () => {
      const reading = {
        leniency: new Leniency(Profile.strict),
        limits: { ...DEFAULT_READ_LIMITS, arrayLength: 2 },
      };
      const body = (count: number): JsonValue => ({
        schemas: [GROUP_SCHEMA],
        members: Array.from({ length: count }, (_, i) => ({ value: `${i}` })),
      });
      expect(readResource(group, body(2), reading).members).toHaveLength(2);
      expect(() => readResource(group, body(3), reading)).toThrow(expect.objectContaining({ status: 413 }));
    });
  });
});
