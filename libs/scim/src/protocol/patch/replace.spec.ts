import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../schema/json.js';
import { GROUP_SCHEMA, USER_SCHEMA } from '../schema/schema-urns.js';
import {
  ANN_ID,
  DEVICE,
  ENTERPRISE,
  LEASE,
  ann,
  device,
  patch,
  refusal,
  tolerantPatch,
} from './testing/patch-request.js';

const replace = (path: string | undefined, value?: JsonValue): JsonObject => ({
  op: 'replace',
  ...(path === undefined ? {} : { path }),
  ...(value === undefined ? {} : { value }),
});
const work = { type: 'work', value: 'ann@work.example' };
const home = { type: 'home', value: 'ann@home.example' };

describe('replace without a path', () => {
  it('replaces each listed attribute and keeps the rest [RP-01, P-3.5.2.3-01]', () => {
    const before = ann({ title: 'Mr', nickName: 'A', name: { givenName: 'Ann' }, emails: [work] });
    const { document } = patch(before, [
      replace(undefined, { title: 'Dr', name: { familyName: 'Ash' }, emails: [home] }),
    ]);
    expect(document).toEqual(
      ann({ title: 'Dr', nickName: 'A', name: { givenName: 'Ann', familyName: 'Ash' }, emails: [home] }),
    );
  });

  it.each([undefined, null, 'x', 7, [{ title: 'Dr' }]])('refuses the value %j [RP-02]', (value) => {
    expect(() => tolerantPatch(ann(), [replace(undefined, value)])).toThrow(refusal('invalidValue'));
  });
});

describe('replace of a single value', () => {
  it('replaces or adds it [RP-03]', () => {
    expect(patch(ann({ title: 'Mr' }), [replace('title', 'Dr')]).document).toEqual(ann({ title: 'Dr' }));
    expect(patch(ann(), [replace('title', 'Dr')]).document).toEqual(ann({ title: 'Dr' }));
  });

  it.each([
    ['title', 'Dr'],
    ['name', { givenName: 'Ann' }],
    ['emails', [work, home]],
    ['emails[type eq "work"]', work],
    ['emails[type eq "work"].value', work.value],
    ['active', false],
    [ENTERPRISE, { department: 'R&D' }],
    ['schemas', [USER_SCHEMA, ENTERPRISE]],
  ])('changes nothing in %s with the same value [RP-04, D-32]', (path, value) => {
    const before = ann({
      title: 'Dr',
      active: false,
      name: { givenName: 'Ann', familyName: 'Ash' },
      emails: [work, home],
      [ENTERPRISE]: { department: 'R&D', division: 'North' },
    });
    const result = patch(before, [replace(path, value)]);
    expect(result.changed).toBe(false);
    expect(result.document).toBe(before);
  });

  it('is silent when a later operation takes the change back [D-32]', () => {
    const before = ann({ title: 'Dr' });
    const result = patch(before, [replace('title', 'Mr'), replace('title', 'Dr')]);
    expect(result.changed).toBe(false);
    expect(result.document).toBe(before);
  });

  it('unassigns with null, but not what is required, and needs a value [RP-05, C3]', () => {
    expect(patch(ann({ title: 'Dr' }), [replace('title', null)]).document).toEqual(ann());
    expect(() => tolerantPatch(ann(), [replace('userName', null)])).toThrow(refusal('invalidValue'));
    expect(() => tolerantPatch(ann({ title: 'Dr' }), [replace('title')])).toThrow(refusal('invalidValue'));
  });

  it('replaces or adds the listed parts of a complex value and keeps the others [RP-06]', () => {
    const before = ann({ name: { givenName: 'Ann', familyName: 'Ash', middleName: 'M' } });
    const { document } = patch(before, [
      replace('name', { givenName: 'Bea', middleName: null, formatted: 'Bea Ash' }),
    ]);
    expect(document['name']).toEqual({ givenName: 'Bea', familyName: 'Ash', formatted: 'Bea Ash' });
  });

  it.each(['Ann', 7, [1, 2]])('refuses %j for a complex value [RP-07]', (value) => {
    expect(() => tolerantPatch(ann(), [replace('name', value)])).toThrow(refusal('invalidValue'));
  });

  it('forgets the reference of a manager who is replaced by id', () => {
    const before = ann({ [ENTERPRISE]: { manager: { value: 'm1', $ref: '../Users/m1' } } });
    for (const operation of [
      replace(`${ENTERPRISE}:manager`, { value: 'm2' }),
      replace(`${ENTERPRISE}:manager.value`, 'm2'),
    ]) {
      expect(patch(before, [operation]).document[ENTERPRISE]).toEqual({ manager: { value: 'm2' } });
    }
    const both = patch(before, [replace(`${ENTERPRISE}:manager`, { $ref: '../Users/m2', value: 'm2' })]);
    expect(both.document[ENTERPRISE]).toEqual({ manager: { value: 'm2', $ref: '../Users/m2' } });
  });
});

describe('replace of a list', () => {
  it('replaces the whole list; an empty one unassigns [RP-08, C3]', () => {
    const before = ann({ emails: [work, home] });
    const other = { value: 'x@x.example' };
    expect(patch(before, [replace('emails', [other])]).document['emails']).toEqual([other]);
    expect(patch(before, [replace('emails', [])]).document).toEqual(ann());
    expect(patch(before, [replace('emails', null)]).document).toEqual(ann());
  });

  it('takes a single object as a list of one [RP-09]', () => {
    expect(patch(ann({ emails: [work] }), [replace('emails', home)]).document['emails']).toEqual([home]);
  });

  it('refuses two primary elements, in every profile [RP-10, S-2.4-03, V1]', () => {
    const both = [
      { ...work, primary: true },
      { ...home, primary: true },
    ];
    expect(() => patch(ann(), [replace('emails', both)])).toThrow(refusal('invalidValue'));
    expect(() => tolerantPatch(ann(), [replace(undefined, { emails: both })])).toThrow(
      refusal('invalidValue'),
    );
  });

  it('adds where there was no list [RP-11]', () => {
    expect(patch(ann(), [replace('emails', [work])]).document['emails']).toEqual([work]);
    expect(patch(ann(), [replace('name.givenName', 'Ann')]).document).toEqual(
      ann({ name: { givenName: 'Ann' } }),
    );
  });

  it('lets elements with immutable parts be swapped [V2]', () => {
    const stored = device({ ports: [{ value: 'p1', vendor: 'V' }] });
    const { document } = patch(stored, [replace('ports', [{ value: 'p2', vendor: 'W' }])], { type: DEVICE });
    expect(document['ports']).toEqual([{ value: 'p2', vendor: 'W' }]);
  });
});

describe('replace of the elements that a filter selects', () => {
  const second = { type: 'work', value: 'a2@work.example' };
  const before = ann({ emails: [work, home, second] });

  it('replaces the listed parts of every match and touches no other [RP-12, P5, D-43]', () => {
    const { document } = patch(before, [replace('emails[type eq "work"]', { display: 'W', type: 'other' })]);
    expect(document['emails']).toEqual([
      { type: 'other', value: work.value, display: 'W' },
      home,
      { type: 'other', value: second.value, display: 'W' },
    ]);
  });

  it('removes the matches with null or an empty list [RP-13, C3]', () => {
    for (const value of [null, []]) {
      expect(patch(before, [replace('emails[type eq "work"]', value)]).document['emails']).toEqual([home]);
    }
  });

  it('answers noTarget without a match, or makes the element where the profile allows it [RP-14, P4, P5]', () => {
    const operation = replace('emails[type eq "other"]', { value: 'o@x.example' });
    for (const document of [before, ann()]) {
      expect(() => patch(document, [operation])).toThrow(refusal('noTarget'));
    }
    expect(tolerantPatch(ann(), [operation]).document['emails']).toEqual([
      { type: 'other', value: 'o@x.example' },
    ]);
    expect(() => tolerantPatch(before, [replace('emails[type sw "fa"]', { value: 'x' })])).toThrow(
      refusal('noTarget'),
    );
  });

  it('replaces a sub-attribute in every match [RP-15, P5, P5c, D-43]', () => {
    const { document } = patch(before, [replace('emails[type eq "WORK"].display', 'Ann at work')]);
    expect(document['emails']).toEqual([
      { ...work, display: 'Ann at work' },
      home,
      { ...second, display: 'Ann at work' },
    ]);
  });

  it('makes one element for several operations with the same filter [RP-16, P4]', () => {
    const operations = [
      replace('addresses[type eq "work"].streetAddress', '3 Mill Lane'),
      replace('addresses[type eq "work"].locality', 'Brno'),
      replace('ADDRESSES[TYPE EQ "Work"].country', 'CZ'),
    ];
    expect(tolerantPatch(ann(), operations).document['addresses']).toEqual([
      { type: 'work', streetAddress: '3 Mill Lane', locality: 'Brno', country: 'CZ' },
    ]);
    expect(() => patch(ann(), operations)).toThrow(refusal('noTarget'));
  });

  it('moves the primary mark, but not to several [RP-17, P-3.5.2-14, V1]', () => {
    const marked = ann({ emails: [{ ...work, primary: true }, home, second] });
    for (const operation of [
      replace('emails[type eq "home"].primary', true),
      replace('emails[type eq "home"]', { primary: true }),
    ]) {
      expect(patch(marked, [operation]).document['emails']).toEqual([
        { ...work, primary: false },
        { ...home, primary: true },
        second,
      ]);
    }
    expect(() => patch(marked, [replace('emails[type eq "work"].primary', true)])).toThrow(
      refusal('invalidValue'),
    );
  });

  it('replaces a sub-attribute in every element without a filter [RP-18]', () => {
    const { document } = patch(ann({ emails: [work, home] }), [replace('emails.type', 'other')]);
    expect(document['emails']).toEqual([
      { ...work, type: 'other' },
      { ...home, type: 'other' },
    ]);
    expect(() => tolerantPatch(ann(), [replace('emails.type', 'other')])).toThrow(refusal('noTarget'));
    expect(() => patch(before, [replace('emails.primary', true)])).toThrow(refusal('invalidValue'));
  });

  it('reads dots, quotes and brackets inside a literal as text [P6, P-3.5.2-06]', () => {
    const odd = { type: 'a.b"]c[d\\', value: 'ann@x.example' };
    const { document } = patch(ann({ emails: [odd, home] }), [
      replace(`emails[type eq ${JSON.stringify(odd.type)}].value`, 'new@x.example'),
    ]);
    expect(document['emails']).toEqual([{ ...odd, value: 'new@x.example' }, home]);
  });

  it('sees elements as stored: no type matches no type filter, no primary counts as false [D-42]', () => {
    const stored = ann({ emails: [{ value: 'bare@x.example' }, { ...work, primary: true }] });
    expect(patch(stored, [replace('emails[primary eq false].display', 'x')]).document['emails']).toEqual([
      { value: 'bare@x.example', display: 'x' },
      { ...work, primary: true },
    ]);
    expect(() => patch(stored, [replace('emails[type eq "home"].display', 'x')])).toThrow(
      refusal('noTarget'),
    );
    const keys = device({ ports: [{ value: 'P1', vendor: 'V' }] });
    expect(
      patch(keys, [replace('ports[value eq "p1"].primary', true)], { type: DEVICE }).document['ports'],
    ).toEqual([{ value: 'P1', vendor: 'V', primary: true }]);
  });
});

describe('replace and mutability', () => {
  it('sets an immutable attribute once [RP-19]', () => {
    const run = (stored: JsonObject, value: JsonValue) =>
      patch(stored, [replace('model', value)], { type: DEVICE });
    expect(run(device(), 'X').document).toEqual(device({ model: 'X' }));
    expect(run(device({ model: 'X' }), 'x').changed).toBe(false);
    expect(() => run(device({ model: 'X' }), 'Y')).toThrow(refusal('mutability'));
    expect(() => run(device({ model: 'X' }), null)).toThrow(refusal('mutability'));
    expect(run(device(), null).changed).toBe(false);
  });

  it('refuses another read-only value and takes the same as no change [RP-21, D-41, V3]', () => {
    expect(() => tolerantPatch(ann(), [replace('id', 'other')])).toThrow(refusal('mutability'));
    expect(patch(ann(), [replace('id', ANN_ID)]).changed).toBe(false);
    expect(patch(ann(), [replace(undefined, { id: ANN_ID, title: 'Dr' })]).document).toEqual(
      ann({ title: 'Dr' }),
    );
    expect(() => patch(ann(), [replace(undefined, { id: 'other' })])).toThrow(refusal('mutability'));
    expect(() => patch(ann(), [replace('id', null)])).toThrow(refusal('mutability'));
  });
});

describe('replace of extensions and schemas', () => {
  const before = ann({ [ENTERPRISE]: { department: 'R&D', division: 'North' } });

  it('replaces the listed attributes of an extension; null removes it [RP-22, P10]', () => {
    expect(patch(before, [replace(ENTERPRISE, { division: 'South', costCenter: '9' })]).document).toEqual(
      ann({ [ENTERPRISE]: { department: 'R&D', division: 'South', costCenter: '9' } }),
    );
    expect(patch(before, [replace(ENTERPRISE, null)]).document).toEqual(ann());
    expect(patch(ann(), [replace(ENTERPRISE, { department: 'R&D' })]).document).toEqual(
      ann({ [ENTERPRISE]: { department: 'R&D' } }),
    );
  });

  it('holds what an extension requires against the result [RP-22, D-33]', () => {
    expect(() => patch(device(), [replace(LEASE, { note: 'n' })], { type: DEVICE })).toThrow(
      refusal('invalidValue'),
    );
    const { document } = patch(device(), [replace(LEASE, { note: 'n' }), replace(`${LEASE}:contract`, 'C')], {
      type: DEVICE,
    });
    expect(document).toEqual(device({ [LEASE]: { contract: 'C', note: 'n' } }));
  });

  it('keeps the base schema and drops the data of extensions that are left out [RP-23, P11]', () => {
    expect(patch(before, [replace('schemas', [USER_SCHEMA])]).document).toEqual(ann());
    expect(() => patch(before, [replace('schemas', [ENTERPRISE])])).toThrow(refusal('mutability'));
    expect(() => patch(before, [replace('schemas', null)])).toThrow(refusal('mutability'));
    expect(() => patch(before, [replace('schemas', [USER_SCHEMA, GROUP_SCHEMA])])).toThrow(
      refusal('invalidValue'),
    );
  });

  it('leaves schemas alone where no extension comes or goes [P11]', () => {
    const shuffled = { ...before, schemas: [ENTERPRISE, USER_SCHEMA] };
    expect(patch(shuffled, [replace('schemas', [USER_SCHEMA, ENTERPRISE])]).document).toBe(shuffled);
  });
});

describe('replace of a write-only attribute', () => {
  it('sets and clears it, out of sight [RP-24]', () => {
    const set = patch(ann(), [replace('password', 'geheim')]);
    expect(set).toMatchObject({ document: ann(), concealed: { password: 'geheim' }, changed: true });
    const cleared = patch(ann(), [replace(undefined, { password: null })], {
      concealed: { password: 'geheim' },
    });
    expect(cleared).toMatchObject({ concealed: {}, changed: true });
    expect(patch(ann(), [replace('password', 'x')], { concealed: { password: 'x' } }).changed).toBe(false);
  });
});
