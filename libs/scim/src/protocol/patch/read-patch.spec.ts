import { describe, expect, it } from 'vitest';
import { Leniency, Profile } from '../compat/profile.js';
import type { JsonObject, JsonValue } from '../schema/json.js';
import { PATCH_SCHEMA, type PatchOperation } from './patch-operation.js';
import { readPatch } from './read-patch.js';
import { refusal } from './testing/patch-request.js';

function read(body: JsonValue, profile = Profile.strict, operations = 1000): PatchOperation[] {
  return readPatch(body, new Leniency(profile), { operations });
}

function message(...operations: JsonValue[]): JsonValue {
  return { schemas: [PATCH_SCHEMA], Operations: operations };
}

describe('readPatch', () => {
  it('reads operations and tells an absent value from null', () => {
    expect(
      read(
        message(
          { op: 'add', path: 'title', value: 'x' },
          { op: 'replace', path: 'title', value: null },
          { op: 'remove', path: 'title' },
        ),
      ),
    ).toEqual([
      { op: 'add', path: 'title', value: 'x' },
      { op: 'replace', path: 'title', value: null },
      { op: 'remove', path: 'title' },
    ]);
    expect(read(message({ op: 'remove', path: 'title' }))[0]).not.toHaveProperty('value');
  });

  it.each<JsonObject>([
    {},
    { schemas: [] },
    { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'] },
    { schemas: PATCH_SCHEMA },
  ])('refuses a message without the PatchOp schema: %j [P-3.5.2-02]', (head) => {
    const body = { ...head, Operations: [{ op: 'remove', path: 'title' }] };
    expect(() => read(body)).toThrow(refusal('invalidSyntax'));
  });

  it('infers the PatchOp schema where the profile allows it', () => {
    const leniency = new Leniency(Profile.default);
    const body = { Operations: [{ op: 'remove', path: 'title' }] };
    expect(readPatch(body, leniency, { operations: 1 })).toHaveLength(1);
    expect(leniency.names).toEqual(['missingSchemas']);
  });

  it.each<JsonObject>([
    { Operations: [] },
    {},
    { Operations: {} },
    { Operations: null },
    { Operations: [[]] },
    { Operations: ['add'] },
  ])('refuses Operations that are no list of objects: %j [P-3.5.2-03, C4]', (part) => {
    expect(() => read({ schemas: [PATCH_SCHEMA], ...part })).toThrow(refusal('invalidSyntax'));
  });

  it('ignores the case of the member names of a message [P-3.5.2-03]', () => {
    expect(read({ schemas: [PATCH_SCHEMA], operations: [{ OP: 'add', Path: 'title', Value: 1 }] })).toEqual([
      { op: 'add', path: 'title', value: 1 },
    ]);
  });

  it('takes an empty list of operations as nothing to do where the profile allows it [C4]', () => {
    expect(read(message(), Profile.default)).toEqual([]);
  });

  it.each(['move', 'copy', 'test', null, 7, '', 'replaced'])(
    'refuses the verb %j and names the operation [P-3.5.2-04]',
    (op) => {
      const body = message({ op: 'remove', path: 'title' }, { op, path: 'title', value: 'x' });
      expect(() => read(body, Profile.default)).toThrow(refusal('invalidSyntax'));
      expect(() => read(body, Profile.default)).toThrow(/Operation 2/);
    },
  );

  it.each(['Add', 'REPLACE', 'rEmove'])('takes the verb %s in any letter case [P-3.5.2-04, C2]', (op) => {
    const body = message({ op, path: 'title', value: 'x' });
    expect(read(body, Profile.default)[0]?.op).toBe(op.toLowerCase());
    expect(() => read(body)).toThrow(refusal('invalidSyntax'));
  });

  it('takes an empty path as none and refuses one that is no string [P-3.5.2-08]', () => {
    expect(read(message({ op: 'add', path: '', value: {} }))[0]).not.toHaveProperty('path');
    expect(() => read(message({ op: 'add', path: 7, value: {} }))).toThrow(refusal('invalidPath'));
    expect(() => read(message({ op: 'add', path: ['title'], value: {} }))).toThrow(refusal('invalidPath'));
  });

  it('refuses too many operations before it looks at one, naming the limit [D-34]', () => {
    const operations = Array.from({ length: 100_000 }, (): JsonValue => ({ op: 'bogus' }));
    expect(() => read(message(...operations.slice(0, 51)), Profile.strict, 50)).toThrow(/50 operations/);
    expect(() => read({ schemas: [PATCH_SCHEMA], Operations: operations })).toThrow(
      expect.objectContaining({ status: 413 }) as Error,
    );
  });

  it.each([null, [], 'x', 1])('refuses the body %j', (body) => {
    expect(() => read(body)).toThrow(refusal('invalidSyntax'));
  });
});
