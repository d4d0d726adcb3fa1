import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../schema/json.js';
import type { BulkMethod, BulkOperation } from './bulk-operation.js';
import { bulkIdOf, referencesOf, withoutParts, withoutReferences } from './bulk-references.js';
import { REGISTRY } from './testing/registry.js';

const type = REGISTRY.required('Group');
const operation = (method: BulkMethod, data?: JsonObject, target?: string): BulkOperation => ({
  method,
  type,
  ...(data === undefined ? {} : { data }),
  ...(target === undefined ? {} : { target }),
});
const resolve = (bulkId: string): string => `<${bulkId}>`;
const patched = (path: string): unknown => {
  const data = { Operations: [{ op: 'remove', path }] };
  const resolved = withoutReferences(operation('PATCH', data, 'g'), resolve).data!;
  return (resolved['Operations'] as JsonObject[])[0]!['path'];
};

describe('references in Bulk', () => {
  it('are whole texts [P-3.7.2-01, B1]', () => {
    expect(bulkIdOf('bulkId:u1')).toBe('u1');
    expect(bulkIdOf('bulkId:a:b')).toBe('a:b');
    for (const text of ['bulkId:', 'bulkid:u1', 'x bulkId:u1', 'u1', ''])
      expect(bulkIdOf(text)).toBeUndefined();
  });

  it('are found and replaced wherever a value stands [P-3.7.2-01, P-3.7.2-02, B1]', () => {
    const data: JsonObject = {
      displayName: 'not bulkId:x',
      members: [{ value: 'bulkId:u1' }, { value: 'bulkId:u10', $ref: '../Users/bulkId:u10' }, 'bulkId:u1'],
      'urn:x': { manager: { $ref: 'https://host/scim/v2/Users/bulkId%3Au2' } },
    };
    const post = operation('PUT', data, 'bulkId:g');
    expect([...referencesOf(post)].toSorted()).toEqual(['g', 'u1', 'u10', 'u2']);
    expect(withoutReferences(post, resolve)).toEqual({
      ...post,
      target: '<g>',
      data: {
        displayName: 'not bulkId:x',
        members: [{ value: '<u1>' }, { value: '<u10>', $ref: '../Users/%3Cu10%3E' }, '<u1>'],
        'urn:x': { manager: { $ref: 'https://host/scim/v2/Users/%3Cu2%3E' } },
      },
    });
  });

  it.each([
    ['members[value eq "bulkId:u1"]', 'members[value eq "<u1>"]'],
    ['members[value eq "bulkId:u1"].display', 'members[value eq "<u1>"].display'],
    [
      'members[VALUE EQ "bulkId:u1" or not (value eq "bulkId:u10")]',
      'members[VALUE eq "<u1>" or not (value eq "<u10>")]',
    ],
    ['members[$ref eq "../Users/bulkId:u1"]', 'members[$ref eq "../Users/%3Cu1%3E"]'],
    ['members[display eq "] bulkId:u1"]', 'members[display eq "] bulkId:u1"]'],
    ['members[value  eq  "x"]', 'members[value  eq  "x"]'],
    ['members[value eq "bulkId:u1"', 'members[value eq "bulkId:u1"'],
  ])('are replaced by the parser of filters: %s [P-3.7.2-02, B1]', (path, expected) => {
    expect(patched(path)).toBe(expected);
  });

  it('leave everything else as it is, hostile names too', () => {
    const hostile = JSON.parse(
      '{"__proto__":{"x":"bulkId:a"},"constructor":"bulkId:b","toString":1}',
    ) as JsonObject;
    const resolved = withoutReferences(operation('POST', hostile), resolve).data!;
    expect(JSON.stringify(resolved)).toBe('{"__proto__":{"x":"<a>"},"constructor":"<b>","toString":1}');
    expect(Object.getPrototypeOf(resolved)).toBe(Object.prototype);
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const data = { value } as JsonObject;
        expect(withoutReferences(operation('PUT', data), resolve).data).toEqual(data);
      }),
    );
  });

  it('can be taken out with the smallest part that has a meaning [P-3.7.1-01]', () => {
    const data = {
      displayName: 'x',
      members: [{ value: 'bulkId:a' }, { value: 'bulkId:b' }],
      owner: { value: 'bulkId:a', display: 'A' },
      'urn:x:User': { department: 'D', manager: { value: 'bulkId:a' } },
    };
    expect(withoutParts(data, new Set(['a']))).toEqual({
      displayName: 'x',
      members: [{ value: 'bulkId:b' }],
      'urn:x:User': { department: 'D' },
    });
  });
});
