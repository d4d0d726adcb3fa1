import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../schema/json.js';
import { USER_SCHEMA } from '../schema/schema-urns.js';
import {
  ANN_ID,
  DEVICE,
  ENTERPRISE,
  ann,
  device,
  patch,
  refusal,
  tolerantPatch,
} from './testing/patch-request.js';

const add = (path: string | undefined, value?: JsonValue): JsonObject => ({
  op: 'add',
  ...(path === undefined ? {} : { path }),
  ...(value === undefined ? {} : { value }),
});
const work = { type: 'work', value: 'ann@work.example' };
const home = { type: 'home', value: 'ann@home.example' };

describe('add without a path', () => {
  it('adds each member of the value to the attribute of its name [A-01, P-3.5.2.1-01]', () => {
    const { document } = patch(ann({ emails: [work] }), [
      add(undefined, { title: 'Dr', EMAILS: [home], [ENTERPRISE]: { department: 'R&D' } }),
    ]);
    expect(document).toEqual(ann({ title: 'Dr', emails: [work, home], [ENTERPRISE]: { department: 'R&D' } }));
  });

  it.each([undefined, null, 'x', 7, true, [{ title: 'Dr' }]])('refuses the value %j [A-02]', (value) => {
    expect(() => tolerantPatch(ann(), [add(undefined, value)])).toThrow(refusal('invalidValue'));
  });

  it('merges an extension object and lists its URN [A-03, P10, P-3.5.2-13]', () => {
    const before = ann({ [ENTERPRISE]: { department: 'R&D' } });
    const merged = patch(before, [add(undefined, { [ENTERPRISE.toUpperCase()]: { division: 'North' } })]);
    expect(merged.document[ENTERPRISE]).toEqual({ department: 'R&D', division: 'North' });
    const fresh = patch(ann(), [add(undefined, { [ENTERPRISE]: { division: 'North' } })]);
    expect(fresh.document['schemas']).toEqual([USER_SCHEMA, ENTERPRISE]);
  });

  it('takes a URN-qualified member like the same path, in any letter case [A-04, P9]', () => {
    const { document } = patch(ann(), [
      add(undefined, { [`${ENTERPRISE.toUpperCase()}:EMPLOYEENUMBER`]: '7', [`${USER_SCHEMA}:title`]: 'Dr' }),
    ]);
    expect(document).toEqual(ann({ title: 'Dr', [ENTERPRISE]: { employeeNumber: '7' } }));
  });

  it('takes paths as names where the profile allows it, else they are unknown [A-05, P8]', () => {
    const operations = [
      add(undefined, {
        'name.givenName': 'Ann',
        'emails[type eq "work"].value': 'ann@work.example',
        [`${ENTERPRISE}:manager.value`]: 'boss',
      }),
    ];
    const { document, forgiven } = tolerantPatch(ann(), operations);
    expect(document).toEqual(
      ann({ name: { givenName: 'Ann' }, emails: [work], [ENTERPRISE]: { manager: { value: 'boss' } } }),
    );
    expect(forgiven).toContain('pathsAsKeys');
    expect(() => patch(ann(), operations)).toThrow(refusal('invalidSyntax'));
  });

  it('drops unknown members where the profile allows it, else refuses them [A-06, P12]', () => {
    const operations = [add(undefined, { shoeSize: 42, title: 'Dr', 'not a path': 1, 'foo.bar': 2 })];
    const { document, forgiven } = tolerantPatch(ann(), operations);
    expect(document).toEqual(ann({ title: 'Dr' }));
    expect(forgiven).toEqual(['unknownAttributes']);
    expect(() => patch(ann(), operations)).toThrow(refusal('invalidSyntax'));
  });

  it('refuses a name given twice in different letter case', () => {
    expect(() => tolerantPatch(ann(), [add(undefined, { title: 'a', Title: 'b' })])).toThrow(
      refusal('invalidSyntax'),
    );
  });

  it('takes members below the URN of the base schema as its own', () => {
    expect(patch(ann(), [add(undefined, { [USER_SCHEMA]: { title: 'Dr' } })]).document).toEqual(
      ann({ title: 'Dr' }),
    );
  });
});

describe('add to a single value', () => {
  it('sets what has no value yet [A-07]', () => {
    expect(patch(ann(), [add('title', 'Dr')]).document).toEqual(ann({ title: 'Dr' }));
  });

  it('replaces another value [A-08]', () => {
    expect(patch(ann({ title: 'Mr' }), [add('TITLE', 'Dr')]).document).toEqual(ann({ title: 'Dr' }));
  });

  it('changes nothing with the same value, letter case counting [A-09, P-3.5.2-17]', () => {
    const before = ann({ title: 'Dr' });
    const same = patch(before, [add('title', 'Dr')]);
    expect(same.changed).toBe(false);
    expect(same.document).toBe(before);
    expect(patch(before, [add('title', 'DR')]).document).toEqual(ann({ title: 'DR' }));
  });

  it('sets the listed parts of a complex value and keeps the others [A-10]', () => {
    const before = ann({ name: { givenName: 'Ann', familyName: 'Ash' } });
    expect(patch(before, [add('name', { FamilyName: 'Oak' })]).document['name']).toEqual({
      givenName: 'Ann',
      familyName: 'Oak',
    });
  });

  it.each(['Ann', 7, true, ['Ann', 'Oak']])('refuses %j for a complex value [A-11]', (value) => {
    expect(() => tolerantPatch(ann(), [add('name', value)])).toThrow(refusal('invalidValue'));
  });

  it('creates the parent of a sub-attribute [A-12]', () => {
    expect(patch(ann(), [add('name.givenName', 'Ann')]).document).toEqual(
      ann({ name: { givenName: 'Ann' } }),
    );
  });
});

describe('add to a list', () => {
  it('appends what is not there [A-13]', () => {
    expect(patch(ann({ emails: [work] }), [add('emails', [work, home])]).document['emails']).toEqual([
      work,
      home,
    ]);
  });

  it('takes a single value as a list of one [A-14]', () => {
    expect(patch(ann({ emails: [work] }), [add('emails', home)]).document['emails']).toEqual([work, home]);
    expect(patch(device(), [add('tags', 'a')], { type: DEVICE }).document['tags']).toEqual(['a']);
  });

  it('changes nothing when all is there already [A-15, P-3.5.2-17]', () => {
    const before = ann({ emails: [work, home] });
    const result = patch(before, [add('emails', [home, { type: 'WORK', value: 'ANN@work.example' }])]);
    expect(result.changed).toBe(false);
    expect(result.document).toBe(before);
  });

  it('merges an element of the same type and value into the one that is there [A-16]', () => {
    const before = ann({ emails: [work, home] });
    const { document } = patch(before, [
      add('emails', [
        { type: 'Work', value: 'ANN@WORK.example', display: 'Ann' },
        { type: 'other', value: 'ann@home.example' },
      ]),
    ]);
    expect(document['emails']).toEqual([
      { ...work, display: 'Ann' },
      home,
      { type: 'other', value: 'ann@home.example' },
    ]);
  });

  it('takes elements without a value as the same only when they are equal [A-16]', () => {
    const address = { type: 'work', locality: 'Bern' };
    const other = { type: 'work', locality: 'Basel' };
    const { document } = patch(ann({ addresses: [address] }), [add('addresses', [address, other])]);
    expect(document['addresses']).toEqual([address, other]);
  });

  it('takes the primary mark from the others when a new element has it [A-17, P-3.5.2-14, V1]', () => {
    const { document } = patch(ann({ emails: [{ ...work, primary: true }] }), [
      add('emails', [{ ...home, primary: true }]),
    ]);
    expect(document['emails']).toEqual([
      { ...work, primary: false },
      { ...home, primary: true },
    ]);
  });

  it('takes the primary mark from the others when a present element gets it [A-16, A-17]', () => {
    const { document } = patch(ann({ emails: [{ ...work, primary: true }, home] }), [
      add('emails', [{ ...home, primary: true }]),
    ]);
    expect(document['emails']).toEqual([
      { ...work, primary: false },
      { ...home, primary: true },
    ]);
  });

  it('refuses two primary elements at once, in every profile [A-18, S-2.4-03, V1]', () => {
    const both = [
      { ...work, primary: true },
      { ...home, primary: true },
    ];
    expect(() => patch(ann(), [add('emails', both)])).toThrow(refusal('invalidValue'));
    expect(() => tolerantPatch(ann(), [add('emails', both)])).toThrow(refusal('invalidValue'));
  });

  it('unites the values of a simple list [A-19]', () => {
    const { document } = patch(device({ tags: ['a', 'b'] }), [add('tags', ['B', 'c', 'c'])], {
      type: DEVICE,
    });
    expect(document['tags']).toEqual(['a', 'b', 'c']);
  });

  it('lists an extension in schemas once there is data, not before [A-19, P11]', () => {
    const result = patch(ann(), [add('schemas', [ENTERPRISE])]);
    expect(result.changed).toBe(false);
    expect(() => patch(ann(), [add('schemas', ['urn:example:unknown'])])).toThrow(refusal('invalidValue'));
    expect(tolerantPatch(ann(), [add('schemas', ['urn:example:unknown'])]).forgiven).toEqual([
      'unknownSchemas',
    ]);
  });

  it('merges into the first of several elements that have become the same [A-16]', () => {
    const before = ann({ emails: [work, { ...work, type: 'home' }] });
    const { document } = patch(before, [
      { op: 'replace', path: 'emails[type eq "home"].type', value: 'work' },
      add('emails', { ...work, display: 'Ann' }),
    ]);
    expect(document['emails']).toEqual([{ ...work, display: 'Ann' }, work]);
  });

  it('refuses more elements than an attribute may have', () => {
    const many = Array.from({ length: 201 }, (_, index) => ({ value: `${index}@x.example` }));
    expect(() => patch(ann(), [add('emails', many)])).toThrow(refusal('invalidValue'));
    expect(() => patch(ann({ emails: many.slice(0, 200) }), [add('emails', many[200])])).toThrow(
      refusal('invalidValue'),
    );
  });
});

describe('add to the elements that a filter selects', () => {
  it('merges an object into each match [A-20]', () => {
    const second = { type: 'work', value: 'a2@work.example' };
    const { document } = patch(ann({ emails: [work, home, second] }), [
      add('emails[type eq "work"]', { display: 'Work' }),
    ]);
    expect(document['emails']).toEqual([{ ...work, display: 'Work' }, home, { ...second, display: 'Work' }]);
  });

  it('sets a sub-attribute of each match, but no two primaries [A-21]', () => {
    const second = { type: 'work', value: 'a2@work.example' };
    const before = ann({ emails: [work, home, second] });
    const { document } = patch(before, [add('emails[type eq "work"].display', 'Work')]);
    expect(document['emails']).toEqual([{ ...work, display: 'Work' }, home, { ...second, display: 'Work' }]);
    expect(() => patch(before, [add('emails[type eq "work"].primary', true)])).toThrow(
      refusal('invalidValue'),
    );
  });

  it('makes the element where the filter says how and the profile allows it [A-22, P4]', () => {
    const { document, forgiven } = tolerantPatch(ann({ emails: [home] }), [
      add('emails[type eq "work" and display eq "Ann"].value', 'ann@work.example'),
      add('emails[type eq "work"].primary', true),
      add('phoneNumbers[type eq "fax"]', { value: '555' }),
    ]);
    expect(document).toEqual(
      ann({
        emails: [home, { ...work, display: 'Ann', primary: true }],
        phoneNumbers: [{ type: 'fax', value: '555' }],
      }),
    );
    expect(forgiven).toContain('createByValuePath');
  });

  it('answers noTarget where no element can be made [A-22]', () => {
    expect(() => patch(ann(), [add('emails[type eq "work"].value', 'x')])).toThrow(refusal('noTarget'));
    for (const filter of ['type ne "work"', 'type eq "work" or type eq "home"', 'not (type eq "work")']) {
      expect(() => tolerantPatch(ann(), [add(`emails[${filter} and value sw "q"].value`, 'x')])).toThrow(
        refusal('noTarget'),
      );
    }
  });

  it('sets a sub-attribute of every element without a filter [A-23]', () => {
    const before = ann({ emails: [work, home] });
    expect(patch(before, [add('emails.display', 'Ann')]).document['emails']).toEqual([
      { ...work, display: 'Ann' },
      { ...home, display: 'Ann' },
    ]);
    expect(() => patch(before, [add('emails.primary', true)])).toThrow(refusal('invalidValue'));
    expect(() => patch(ann(), [add('emails.type', 'work')])).toThrow(refusal('noTarget'));
  });
});

describe('add to an extension', () => {
  it('merges an object given for the URN alone [A-24, P10]', () => {
    const { document } = patch(ann(), [add(ENTERPRISE, { department: 'R&D', manager: { value: 'boss' } })]);
    expect(document).toEqual(ann({ [ENTERPRISE]: { department: 'R&D', manager: { value: 'boss' } } }));
    expect(() => patch(ann(), [add(ENTERPRISE, 'x')])).toThrow(refusal('invalidValue'));
    expect(() => patch(ann(), [add(ENTERPRISE, { shoeSize: 1 })])).toThrow(refusal('invalidSyntax'));
  });

  it('creates the container of a URN-qualified attribute and lists its URN [A-25, P9, P11, P-3.5.2-09]', () => {
    const { document } = patch(ann(), [add(`${ENTERPRISE.toUpperCase()}:EMPLOYEENUMBER`, '7')]);
    expect(document).toEqual(ann({ [ENTERPRISE]: { employeeNumber: '7' } }));
  });
});

describe('add and mutability', () => {
  it('refuses another read-only value and takes the same as no change [A-26, D-41, V3]', () => {
    expect(() => tolerantPatch(ann(), [add('id', 'other')])).toThrow(refusal('mutability'));
    expect(patch(ann(), [add('id', ANN_ID)]).changed).toBe(false);
    const stored = device({ state: 'new' });
    expect(() => patch(stored, [add('state', 'old')], { type: DEVICE })).toThrow(refusal('mutability'));
    expect(patch(stored, [add('state', 'NEW')], { type: DEVICE }).changed).toBe(false);
  });

  it('compares read-only values of meta and groups as the client sees them [A-26, D-41]', () => {
    const readOnly = {
      id: ANN_ID,
      meta: { created: '2026-01-01T00:00:00.000Z', resourceType: 'User' },
      groups: [{ value: 'g1', display: 'Ops' }],
    };
    const same = [
      add('meta', { created: '2026-01-01T01:00:00+01:00' }),
      add('meta.resourceType', 'User'),
      add('groups', [{ value: 'g1', display: 'Ops' }]),
    ];
    expect(patch(ann(), same, { readOnly }).changed).toBe(false);
    expect(() => patch(ann(), [add('meta.created', '2026-01-02T00:00:00Z')], { readOnly })).toThrow(
      refusal('mutability'),
    );
    expect(() => patch(ann(), [add('groups', [{ value: 'g2' }])], { readOnly })).toThrow(
      refusal('mutability'),
    );
  });

  it('sets an immutable attribute once [A-27]', () => {
    expect(patch(device(), [add('model', 'X')], { type: DEVICE }).document).toEqual(device({ model: 'X' }));
    expect(patch(device({ model: 'X' }), [add('model', 'x')], { type: DEVICE }).changed).toBe(false);
    expect(() => patch(device({ model: 'X' }), [add('model', 'Y')], { type: DEVICE })).toThrow(
      refusal('mutability'),
    );
  });

  it('guards immutable parts of complex values and elements [A-27]', () => {
    const stored = device({ maker: { name: 'Acme', batch: '1' }, ports: [{ value: 'p1', vendor: 'V' }] });
    const run = (operation: JsonObject) => () => patch(stored, [operation], { type: DEVICE });
    expect(run(add('maker.batch', '2'))).toThrow(refusal('mutability'));
    expect(run(add('maker', { batch: '2' }))).toThrow(refusal('mutability'));
    expect(run(add('ports[value eq "p1"].vendor', 'W'))).toThrow(refusal('mutability'));
    expect(run(add('ports', [{ value: 'p1', vendor: 'W' }]))).toThrow(refusal('mutability'));
    expect(run(add('maker.name', 'Other'))().document['maker']).toEqual({ name: 'Other', batch: '1' });
  });
});

describe('add and values', () => {
  it.each(['title', 'name', 'name.givenName', 'emails', 'emails[type eq "work"].value', ENTERPRISE])(
    'needs a value for %s [A-28]',
    (path) => {
      expect(() => tolerantPatch(ann({ emails: [work] }), [add(path)])).toThrow(refusal('invalidValue'));
    },
  );

  it.each([
    ['title', null],
    ['name', null],
    ['name', { givenName: null }],
    ['emails', null],
    ['emails', []],
    ['emails[type eq "work"]', null],
    ['emails[type eq "work"].value', null],
    ['emails.type', null],
    [ENTERPRISE, null],
  ])('adds nothing to %s with %j [A-29]', (path, value) => {
    const before = ann({
      title: 'Dr',
      name: { givenName: 'Ann' },
      emails: [work],
      [ENTERPRISE]: { division: 'North' },
    });
    const result = patch(before, [add(path, value)]);
    expect(result.document).toBe(before);
    expect(result.changed).toBe(false);
  });

  it.each([
    ['title', 7],
    ['title', { a: 1 }],
    ['active', 'yes'],
    ['emails', 7],
    ['emails[type eq "work"].value', false],
    ['name.givenName', ['a', 'b']],
    [`${ENTERPRISE}:department`, {}],
  ])('refuses for %s the value %j [A-30, P-3.5.2-10]', (path, value) => {
    expect(() => tolerantPatch(ann({ emails: [work] }), [add(path, value)])).toThrow(refusal('invalidValue'));
  });
});
