import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../schema/json.js';
import { ResourceType } from '../schema/resource-type.js';
import { USER_SCHEMA } from '../schema/schema-urns.js';
import { deviceResourceType } from '../schema/testing/device.js';
import {
  DEVICE,
  ENTERPRISE,
  LEASE,
  ann,
  device,
  patch,
  refusal,
  tolerantPatch,
} from './testing/patch-request.js';

const remove = (path?: string, value?: JsonValue): JsonObject => ({
  op: 'remove',
  ...(path === undefined ? {} : { path }),
  ...(value === undefined ? {} : { value }),
});
const work = { type: 'work', value: 'ann@work.example', primary: true };
const home = { type: 'home', value: 'ann@home.example' };
const other = { type: 'other', value: 'ann@other.example' };

/** The device type with its list of ports required. */
function portsRequired(): ResourceType {
  const definition = deviceResourceType();
  const attributes = definition.schema.attributes.map((attribute) =>
    attribute.name === 'ports' ? { ...attribute, required: true } : attribute,
  );
  return new ResourceType({ ...definition, schema: { ...definition.schema, attributes } });
}

describe('remove without a path', () => {
  it.each([undefined, { title: 'Dr' }, ['title']])(
    'has no target, whatever the value (%j) [RM-01, RM-20, P-3.5.2-05, P-3.5.2.2-01]',
    (value) => {
      expect(() => tolerantPatch(ann({ title: 'Dr' }), [remove(undefined, value)])).toThrow(
        refusal('noTarget'),
      );
    },
  );
});

describe('remove of a single value', () => {
  it('unassigns it [RM-02]', () => {
    expect(patch(ann({ title: 'Dr' }), [remove('TITLE')]).document).toEqual(ann());
  });

  it.each([
    'title',
    'name',
    'name.givenName',
    'emails',
    'emails.display',
    `${ENTERPRISE}:manager`,
    ENTERPRISE,
  ])('changes nothing where %s has no value [RM-03]', (path) => {
    const before = ann();
    const result = patch(before, [remove(path)]);
    expect(result.changed).toBe(false);
    expect(result.document).toBe(before);
  });

  it('refuses to remove what is required [RM-04, P7]', () => {
    expect(() => tolerantPatch(ann(), [remove('userName')])).toThrow(refusal('mutability'));
  });

  it('judges what is required on the result of the request [RM-04, D-33]', () => {
    const { document } = patch(ann(), [remove('userName'), { op: 'add', path: 'userName', value: 'bea' }]);
    expect(document).toEqual({ ...ann(), userName: 'bea' });
  });

  it.each(['id', 'meta', 'meta.created', 'groups', 'groups[value eq "1"]'])(
    'refuses to remove the read-only %s [RM-05, P7]',
    (path) => {
      const readOnly = { id: '1', groups: [{ value: '1' }] };
      expect(() => tolerantPatch(ann(), [remove(path)], { readOnly })).toThrow(refusal('mutability'));
    },
  );

  it('refuses to remove an immutable value, and lets pass where there is none [RM-06]', () => {
    expect(() => patch(device({ model: 'X' }), [remove('model')], { type: DEVICE })).toThrow(
      refusal('mutability'),
    );
    expect(patch(device(), [remove('model')], { type: DEVICE }).changed).toBe(false);
  });

  it('removes all parts of a complex value [RM-07]', () => {
    expect(patch(ann({ name: { givenName: 'Ann', familyName: 'Ash' } }), [remove('name')]).document).toEqual(
      ann(),
    );
  });

  it('removes one part, and the parent with the last one [RM-08]', () => {
    const before = ann({ name: { givenName: 'Ann', familyName: 'Ash' } });
    expect(patch(before, [remove('name.givenName')]).document).toEqual(ann({ name: { familyName: 'Ash' } }));
    expect(patch(before, [remove('name.givenName'), remove('name.familyName')]).document).toEqual(ann());
  });
});

describe('remove from a list', () => {
  const before = ann({ emails: [work, home, other] });

  it('removes all elements without filter and value [RM-09]', () => {
    expect(patch(before, [remove('emails')]).document).toEqual(ann());
    expect(patch(before, [remove('emails', null)]).document).toEqual(ann());
  });

  it.each<[string, JsonValue, JsonValue[]]>([
    ['elements', [{ value: 'ANN@home.example' }, { value: 'ann@other.example', type: 'other' }], [work]],
    ['one object', { value: 'ann@home.example' }, [work, other]],
    ['a plain value', 'ann@home.example', [work, other]],
    ['plain values', ['ann@home.example', 'ann@other.example'], [work]],
    ['an element of another type', [{ value: 'ann@home.example', type: 'work' }], [work, home, other]],
    ['an unknown element', [{ value: 'nobody@x.example' }], [work, home, other]],
    ['no element', [], [work, home, other]],
    ['an element that says nothing', [{}], [work, home, other]],
  ])('removes just what the value names: %s [RM-10, P1]', (_, value, left) => {
    const { document, forgiven } = tolerantPatch(before, [remove('emails', value)]);
    expect(document['emails']).toEqual(left);
    expect(forgiven).toContain('removeByValue');
    expect(() => patch(before, [remove('emails', value)])).toThrow(refusal('invalidSyntax'));
  });

  it('removes elements without a value part when all of them is named [RM-10]', () => {
    const bern = { type: 'work', locality: 'Bern' };
    const basel = { type: 'work', locality: 'Basel' };
    const { document } = tolerantPatch(ann({ addresses: [bern, basel] }), [
      remove('addresses', [{ locality: 'bern', type: 'WORK' }, { type: 'work' }]),
    ]);
    expect(document['addresses']).toEqual([basel]);
  });

  it('removes the matches of a filter and makes nobody else primary [RM-11, P3, P5b]', () => {
    expect(patch(before, [remove('emails[type ne "home"]')]).document['emails']).toEqual([home]);
    expect(
      patch(before, [remove('emails[type eq "work" or value ew "other.example"]')]).document['emails'],
    ).toEqual([home]);
    const tags = device({ tags: ['a b', 'c', 'A B'] });
    expect(patch(tags, [remove('tags[value eq "a b"]')], { type: DEVICE }).document['tags']).toEqual(['c']);
  });

  it('unassigns the attribute when all match, unless it is required [RM-12]', () => {
    expect(patch(before, [remove('emails[value pr]')]).document).toEqual(ann());
    const type = portsRequired();
    const stored = device({ ports: [{ value: 'p1' }] });
    expect(() => patch(stored, [remove('ports[value eq "p1"]')], { type })).toThrow(refusal('mutability'));
    expect(() => patch(stored, [remove('ports')], { type })).toThrow(refusal('mutability'));
  });

  it('judges a required list on the result of the request [RM-12, D-33]', () => {
    const stored = device({ ports: [{ value: 'p1' }] });
    const operations = [remove('ports'), { op: 'add', path: 'ports', value: [{ value: 'p2' }] }];
    const { document } = patch(stored, operations, { type: portsRequired() });
    expect(document['ports']).toEqual([{ value: 'p2' }]);
  });

  it('changes nothing when none matches [RM-13]', () => {
    const result = patch(before, [remove('emails[type eq "fax"]'), remove('phoneNumbers[type eq "fax"]')]);
    expect(result.document).toBe(before);
  });

  it('removes a sub-attribute from each match, and the element with the last one [RM-14]', () => {
    const stored = ann({ emails: [work, { type: 'home' }, { type: 'home', value: 'h@x.example' }] });
    expect(patch(stored, [remove('emails[type eq "home"].type')]).document['emails']).toEqual([
      work,
      { value: 'h@x.example' },
    ]);
  });

  it('refuses to remove required, immutable and read-only sub-attributes [RM-15, P7]', () => {
    const stored = device({ ports: [{ value: 'p1', vendor: 'V' }] });
    for (const path of ['ports[value eq "p1"].value', 'ports[value eq "p1"].vendor', 'ports.value']) {
      expect(() => patch(stored, [remove(path)], { type: DEVICE })).toThrow(refusal('mutability'));
    }
    expect(() =>
      patch(device({ ports: [{ value: 'p1' }] }), [remove('ports[value eq "p1"].value')], { type: DEVICE }),
    ).toThrow(refusal('mutability'));
    expect(() => patch(ann(), [remove('groups[value eq "1"].display')])).toThrow(refusal('mutability'));
  });

  it('removes a sub-attribute from every element without a filter [RM-16]', () => {
    expect(patch(before, [remove('emails.type')]).document['emails']).toEqual([
      { value: work.value, primary: true },
      { value: home.value },
      { value: other.value },
    ]);
  });
});

describe('remove and extensions', () => {
  const before = ann({ title: 'Dr', [ENTERPRISE]: { department: 'R&D', division: 'North' } });

  it('removes a whole extension and its URN [RM-17, P11, P-3.5.2-13]', () => {
    expect(patch(before, [remove(ENTERPRISE.toUpperCase())]).document).toEqual(ann({ title: 'Dr' }));
  });

  it('refuses to remove an extension that is required [RM-17]', () => {
    const type = new ResourceType(deviceResourceType(true));
    const stored = device({ [LEASE]: { contract: 'C' } });
    expect(() => patch(stored, [remove(LEASE)], { type })).toThrow(refusal('mutability'));
    expect(() => patch(stored, [remove(`${LEASE}:contract`)], { type })).toThrow(refusal('mutability'));
  });

  it('lets an optional extension go together with what it requires [RM-17]', () => {
    expect(
      patch(device({ [LEASE]: { contract: 'C', note: 'n' } }), [remove(LEASE)], { type: DEVICE }).document,
    ).toEqual(device());
    expect(() =>
      patch(device({ [LEASE]: { contract: 'C', note: 'n' } }), [remove(`${LEASE}:contract`)], {
        type: DEVICE,
      }),
    ).toThrow(refusal('mutability'));
  });

  it('drops the URN with the last attribute of an extension [RM-18, P11]', () => {
    const one = patch(before, [remove(`${ENTERPRISE}:department`)]);
    expect(one.document).toEqual(ann({ title: 'Dr', [ENTERPRISE]: { division: 'North' } }));
    const none = patch(one.document, [remove(`${ENTERPRISE}:division`)]);
    expect(none.document).toEqual(ann({ title: 'Dr' }));
  });

  it('refuses to remove schemas, but lets an extension go that way [RM-19]', () => {
    for (const path of ['schemas', `schemas[value eq "${USER_SCHEMA}"]`, 'schemas[value pr]']) {
      expect(() => tolerantPatch(before, [remove(path)])).toThrow(refusal('mutability'));
    }
    expect(patch(before, [remove(`schemas[value eq "${ENTERPRISE}"]`)]).document).toEqual(
      ann({ title: 'Dr' }),
    );
    expect(tolerantPatch(before, [remove('schemas', [ENTERPRISE])]).document).toEqual(ann({ title: 'Dr' }));
    expect(() => tolerantPatch(before, [remove('schemas', [USER_SCHEMA])])).toThrow(refusal('mutability'));
  });
});
