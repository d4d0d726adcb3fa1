import { describe, expect, it } from 'vitest';
import { Profile } from '../compat/profile.js';
import type { JsonObject, JsonValue } from '../schema/json.js';
import { USER_SCHEMA } from '../schema/schema-urns.js';
import { ANN_ID, ENTERPRISE, ann, patch, refusal, tolerantPatch } from './testing/patch-request.js';

const op = (verb: string, path: string, value?: JsonValue): JsonObject =>
  value === undefined ? { op: verb, path } : { op: verb, path, value };
const work = { type: 'work', value: 'ann@work.example' };

describe('unknown attributes', () => {
  it.each([
    'foo',
    'name.foo',
    'urn:ietf:params:scim:schemas:extension:ExampleCorp:2.0:User:badge',
    'foo[a eq 1].b',
  ])('skips an operation on %s and applies the rest, or refuses it [P-3.5.2-07, P12]', (path) => {
    const operations = [op('add', path, 'x'), op('replace', 'active', false)];
    const { document, forgiven } = tolerantPatch(ann({ active: true }), operations);
    expect(document).toEqual(ann({ active: false }));
    expect(forgiven).toEqual(['unknownPaths']);
    expect(() => patch(ann(), operations)).toThrow(refusal('invalidPath'));
  });

  it('drops unknown parts of a complex value, or refuses them [P12]', () => {
    const operations = [op('replace', 'name', { givenName: 'Ann', shoe: 1, __proto__x: 2 })];
    expect(tolerantPatch(ann(), operations).document['name']).toEqual({ givenName: 'Ann' });
    expect(() => patch(ann(), operations)).toThrow(refusal('invalidSyntax'));
  });

  it.each(['emails[', 'emails[type eq', '/name', 'emails[0]', 'emails[type eq "a"]x', 'name..givenName'])(
    'refuses the path %s in every profile [P-3.5.2-06]',
    (path) => {
      expect(() => tolerantPatch(ann(), [op('add', path, 'x')])).toThrow(
        expect.objectContaining({
          status: 400,
          scimType: expect.stringMatching(/^invalid(Path|Filter)$/) as string,
        }),
      );
    },
  );
});

describe('values in other forms', () => {
  it.each([
    ['False', false],
    ['false', false],
    ['True', true],
  ])('takes %j for a boolean as %j [C1]', (value, expected) => {
    for (const operation of [op('Replace', 'active', value), { op: 'replace', value: { active: value } }]) {
      expect(tolerantPatch(ann({ active: !expected }), [operation]).document['active']).toBe(expected);
      expect(() => patch(ann(), [{ ...operation, op: 'replace' }])).toThrow(refusal('invalidValue'));
    }
  });

  it('makes and finds again a role by its primary mark as text [C1, A-22, RP-16]', () => {
    const made = tolerantPatch(ann(), [
      op('Add', 'roles[primary eq "True"].value', 'auditor'),
      op('Add', 'roles[primary eq "True"].display', 'Auditor'),
    ]);
    expect(made.document['roles']).toEqual([{ primary: true, value: 'auditor', display: 'Auditor' }]);
    const next = tolerantPatch(made.document, [op('Replace', 'roles[primary eq "True"].value', 'owner')]);
    expect(next.document['roles']).toEqual([{ primary: true, value: 'owner', display: 'Auditor' }]);
  });

  it('takes a list of one for a single value', () => {
    const operations = [op('replace', 'displayName', ['Ann']), op('replace', 'active', ['true'])];
    expect(tolerantPatch(ann(), operations).document).toEqual(ann({ displayName: 'Ann', active: true }));
    expect(() => patch(ann(), operations)).toThrow(refusal('invalidValue'));
  });

  it('keeps strings with spaces whole [P5c]', () => {
    const value = ' Ann  Ash of the  North ';
    expect(tolerantPatch(ann(), [op('replace', 'displayName', value)]).document['displayName']).toBe(value);
  });
});

describe('empty strings', () => {
  it('clears with an empty string, in every place [C3]', () => {
    const before = ann({
      title: 'Dr',
      name: { givenName: 'Ann', honorificPrefix: 'Dr' },
      addresses: [{ type: 'work', streetAddress: 'S', locality: 'Brno' }],
      emails: [work],
      [ENTERPRISE]: { division: 'North', department: 'R&D' },
    });
    const { document, forgiven } = tolerantPatch(before, [
      { op: 'replace', value: { title: '', 'name.honorificPrefix': '', [`${ENTERPRISE}:division`]: '' } },
      op('replace', 'addresses[type eq "work"].streetAddress', ''),
      op('replace', 'emails', ''),
    ]);
    expect(document).toEqual(
      ann({
        name: { givenName: 'Ann' },
        addresses: [{ type: 'work', locality: 'Brno' }],
        [ENTERPRISE]: { department: 'R&D' },
      }),
    );
    expect(forgiven).toContain('emptyStrings');
    expect(tolerantPatch(before, [op('replace', ENTERPRISE, '')]).document).not.toHaveProperty(ENTERPRISE);
  });

  it('is a value like any other without the tolerance, and never clears what is required [C3]', () => {
    expect(patch(ann({ title: 'Dr' }), [op('replace', 'title', '')]).document['title']).toBe('');
    expect(() => tolerantPatch(ann(), [op('replace', 'userName', '')])).toThrow(refusal('invalidValue'));
  });

  it('drops an element in which only type and primary are left', () => {
    const stored = ann({
      phoneNumbers: [
        { type: 'work', value: '1', primary: true },
        { type: 'fax', value: '2' },
      ],
    });
    const operations = [op('replace', 'phoneNumbers[type eq "work"].value', null)];
    expect(tolerantPatch(stored, operations).document['phoneNumbers']).toEqual([{ type: 'fax', value: '2' }]);
    expect(patch(stored, operations).document['phoneNumbers']).toEqual([
      { type: 'work', primary: true },
      { type: 'fax', value: '2' },
    ]);
  });

  it('lets an element begin with its primary mark', () => {
    const { document } = tolerantPatch(ann(), [
      op('add', 'emails[type eq "work"].primary', true),
      op('add', 'emails[type eq "work"].value', 'ann@work.example'),
    ]);
    expect(document['emails']).toEqual([{ ...work, primary: true }]);
  });

  it('makes no element to clear', () => {
    const before = ann();
    expect(tolerantPatch(before, [op('replace', 'emails[type eq "work"].value', '')]).document).toBe(before);
  });
});

describe('managers', () => {
  const managed = (value: string): JsonObject => ann({ [ENTERPRISE]: { manager: { value } } });

  it.each([
    [`${ENTERPRISE}:manager`, 'boss'],
    [`${ENTERPRISE}:manager`, { value: 'boss' }],
    ['manager', 'boss'],
    ['manager', [{ value: 'boss' }]],
    [`${ENTERPRISE}:manager.value`, 'boss'],
    [`${ENTERPRISE}.manager`, 'boss'],
  ])('sets the manager by %s with %j', (path, value) => {
    expect(tolerantPatch(ann(), [op('Add', path, value)]).document).toEqual(managed('boss'));
    expect(tolerantPatch(managed('old'), [op('Replace', path, value)]).document).toEqual(managed('boss'));
  });

  it.each([
    op('Replace', `${ENTERPRISE}:manager`, ''),
    op('Replace', 'manager', { value: '' }),
    op('Replace', 'manager', null),
    op('Replace', `${ENTERPRISE}:manager.value`, ''),
    op('Remove', `${ENTERPRISE}:manager`),
    op('Remove', 'manager', 'boss'),
  ])('clears the manager by %j', (operation) => {
    expect(tolerantPatch(managed('boss'), [operation]).document).toEqual(ann());
  });

  it('takes an object only in the strict profile', () => {
    expect(() => patch(ann(), [op('add', `${ENTERPRISE}:manager`, 'boss')])).toThrow(refusal('invalidValue'));
  });

  it('leaves the display name of a manager to the server, or refuses it [D-41]', () => {
    const operations = [op('replace', 'manager', { value: 'boss', displayName: 'Bo' })];
    expect(tolerantPatch(ann(), operations).document).toEqual(managed('boss'));
    expect(() => patch(ann(), operations)).toThrow(refusal('mutability'));
  });
});

describe('values without path that hold what the server owns', () => {
  it('leaves id, schemas and meta alone, or holds them against the present [V3, D-41]', () => {
    const before = ann({ [ENTERPRISE]: { department: 'R&D' } });
    const whole = { op: 'replace', value: { schemas: [USER_SCHEMA], id: 'x', meta: { a: 1 }, title: 'Dr' } };
    const { document, forgiven } = tolerantPatch(before, [whole]);
    expect(document).toEqual(ann({ title: 'Dr', [ENTERPRISE]: { department: 'R&D' } }));
    expect(forgiven).toEqual(['readOnlyInPathless']);
    expect(() => patch(before, [whole])).toThrow(refusal('mutability'));
    expect(patch(before, [{ op: 'replace', value: { id: ANN_ID, title: 'Dr' } }]).changed).toBe(true);
  });

  it('extends to groups that are sent back', () => {
    const operations = [{ op: 'replace', value: { groups: [{ value: 'g' }], active: false } }];
    expect(tolerantPatch(ann(), operations).document).toEqual(ann({ active: false }));
  });
});

describe('applyPatch', () => {
  it('applies operations in order, each on the result of the one before [P-3.5.2-11]', () => {
    const { document } = patch(ann(), [
      op('add', 'emails', [work]),
      op('replace', 'emails[type eq "work"].type', 'home'),
      op('remove', 'emails[type eq "work"]'),
      op('add', 'title', 'Dr'),
      op('remove', 'title'),
    ]);
    expect(document).toEqual(ann({ emails: [{ ...work, type: 'home' }] }));
  });

  it('is all or nothing and names the operation that failed [P-3.5.2-12]', () => {
    const before = ann({ title: 'Mr' });
    const operations = [op('replace', 'title', 'Dr'), op('replace', 'active', 'maybe')];
    expect(() => patch(before, operations)).toThrow(/^Operation 2: /);
    expect(before).toEqual(ann({ title: 'Mr' }));
  });

  it('keeps schemas in step within one request [P-3.5.2-13]', () => {
    const { document } = patch(ann(), [
      op('add', `${ENTERPRISE}:division`, 'North'),
      op('remove', `schemas[value eq "${ENTERPRISE}"]`),
      op('add', `${ENTERPRISE}:department`, 'R&D'),
    ]);
    expect(document).toEqual(ann({ [ENTERPRISE]: { department: 'R&D' } }));
  });

  it('names the attributes that a request touched [P-3.5.2-19]', () => {
    const { touched } = patch(ann(), [
      op('remove', 'title'),
      op('add', 'name.givenName', 'Ann'),
      { op: 'add', value: { emails: [work], [ENTERPRISE]: { division: 'N' } } },
    ]);
    expect([...touched].sort()).toEqual(
      ['title', 'name', 'name.givenName', 'emails', `${ENTERPRISE}:division`].sort(),
    );
  });

  it('does not copy what no operation reaches', () => {
    const before = ann({ name: { givenName: 'Ann' }, emails: [work] });
    const { document } = patch(before, [op('add', 'title', 'Dr')]);
    expect(document['emails']).toBe(before['emails']);
    expect(document['name']).toBe(before['name']);
  });

  it('keeps hostile names away from prototypes [P-3.5.2-06]', () => {
    const hostile = JSON.parse(
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":"x","__proto__.polluted":1,"constructor.prototype.polluted":1}',
    ) as JsonObject;
    const before = ann({ name: { givenName: 'Ann' } });
    const operations = [
      { op: 'replace', value: hostile },
      op('replace', 'name', hostile),
      op('replace', ENTERPRISE, hostile),
      op('add', 'emails', [{ ...hostile, value: 'a' }]),
      ...['constructor.prototype', 'toString', 'name.constructor', 'emails.toString'].map((path) =>
        op('replace', path, 'x'),
      ),
    ];
    const { document } = patch(before, operations, { profile: Profile.default });
    expect(document).toEqual(ann({ name: { givenName: 'Ann' }, emails: [{ value: 'a' }] }));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(() => tolerantPatch(before, [op('replace', '__proto__.polluted', 1)])).toThrow(
      refusal('invalidPath'),
    );
  });

  it('bounds the attributes that values without path may name [S1]', () => {
    const keys = Array.from(
      { length: 10_001 },
      (_, index) => [`emails[type eq "${index}"].type`, null] as const,
    );
    expect(() => tolerantPatch(ann(), [{ op: 'replace', value: Object.fromEntries(keys) }])).toThrow(
      expect.objectContaining({ status: 413 }) as Error,
    );
  });

  it('takes version digits in a URN for what they are [P9, P-3.5.2-09]', () => {
    for (const path of [`${ENTERPRISE}:department`, `${ENTERPRISE.toUpperCase()}:DEPARTMENT`]) {
      expect(patch(ann(), [op('replace', path, 'R&D')]).document).toEqual(
        ann({ [ENTERPRISE]: { department: 'R&D' } }),
      );
    }
    for (const path of [`${USER_SCHEMA}:name.givenName`, `${USER_SCHEMA.toUpperCase()}:NAME.GIVENNAME`]) {
      expect(patch(ann(), [op('replace', path, 'Ann')]).document).toEqual(
        ann({ name: { givenName: 'Ann' } }),
      );
    }
  });
});
