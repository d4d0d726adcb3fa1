import { describe, expect, it } from 'vitest';
import { Leniency, Profile } from '../compat/profile.js';
import type { JsonObject } from '../schema/json.js';
import { planBulk, type BulkStep } from './bulk-plan.js';
import { readBulk } from './read-bulk.js';
import { REGISTRY } from './testing/registry.js';

const post = (bulkId: string, needs: readonly string[] = [], more: JsonObject = {}): JsonObject => ({
  method: 'POST',
  path: '/Users',
  bulkId,
  data: { userName: bulkId, needs: needs.map((id) => `bulkId:${id}`), ...more },
});
const team = (bulkId: string, needs: readonly string[] = []): JsonObject => ({
  ...post(bulkId, needs),
  path: '/Groups',
  data: { displayName: bulkId, members: needs.map((id) => `bulkId:${id}`) },
});
const on = (
  method: string,
  path: string,
  needs: readonly string[] = [],
  more: JsonObject = {},
): JsonObject => ({
  method,
  path,
  ...(method === 'DELETE' ? {} : { data: { needs: needs.map((id) => `bulkId:${id}`) } }),
  ...more,
});

function plan(operations: JsonObject[], strict = false): (number | string)[] {
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'];
  const limits = { maxOperations: 1000 };
  const request = readBulk(
    { schemas, Operations: operations },
    REGISTRY,
    new Leniency(Profile.default),
    limits,
  );
  return planBulk(request.operations, strict).steps.map(shape);
}

/** `3` for one operation, `User 0 1` for creates, `circle 0 1`, `never 2`. */
function shape(step: BulkStep): number | string {
  switch (step.kind) {
    case 'single':
      return step.operation;
    case 'creates':
      return `${step.type.name} ${step.operations.join(' ')}`;
    case 'circle':
      return `circle ${step.operations.join(' ')}`;
    case 'unresolvable':
      return `never ${step.operation}`;
  }
}

describe('planBulk', () => {
  it('joins creates that do not need each other, level by level [P-3.7-11]', () => {
    expect(plan([post('a'), team('g', ['a', 'b']), post('b'), team('h', ['g']), team('i')])).toEqual([
      'User 0 2',
      'Group 4',
      'Group 1',
      'Group 3',
    ]);
  });

  it('keeps the order of creates where processing may stop anywhere [P-3.7-09]', () => {
    const operations = [post('a'), post('b'), team('g', ['c']), post('c', ['b']), post('d')];
    expect(plan(operations, true)).toEqual(['User 0 1', 'User 3', 'Group 2', 'User 4']);
  });

  it('keeps the order around everything that is no create [P-3.7-11]', () => {
    const list = [
      post('a'),
      on('DELETE', '/Users/x'),
      post('b'),
      on('PATCH', '/Users/bulkId:a'),
      on('PUT', '/Groups/g'),
    ];
    expect(plan(list)).toEqual(['User 0', 1, 'User 2', 3, 4]);
  });

  it('moves what refers forward behind what it refers to, and nothing else [P-3.7-11, P-3.7.2-03]', () => {
    expect(plan([on('PATCH', '/Groups/g', ['u']), on('PATCH', '/Groups/h'), post('u')])).toEqual([
      1,
      'User 2',
      0,
    ]);
    expect(plan([on('PATCH', '/Groups/bulkId:g', ['u']), team('g'), post('u')])).toEqual([
      'Group 1',
      'User 2',
      0,
    ]);
  });

  it('keeps the order of operations on one resource and of a deletion and what names the deleted', () => {
    const same = [on('PATCH', '/Groups/g', ['u']), on('PATCH', '/Groups/g'), post('u')];
    expect(plan(same)).toEqual(['User 2', 0, 1]);
    const named = [
      { ...on('PATCH', '/Groups/g'), data: { needs: ['bulkId:u', 'x'] } },
      on('DELETE', '/Users/x'),
      post('u'),
    ];
    expect(plan(named)).toEqual(['User 2', 0, 1]);
  });

  it('keeps the order of a change that may free a name and the create that may take it', () => {
    expect(plan([team('g', ['u']), on('DELETE', '/Users/x'), post('u')])).toEqual([1, 'User 2', 'Group 0']);
  });

  it('lets the first of two creates have their common name', () => {
    const operations = [
      post('a', ['c'], { userName: 'Same' }),
      post('b', [], { userName: 'same' }),
      post('c'),
    ];
    expect(plan(operations)).toEqual(['User 2', 'User 0 1']);
  });

  it('finds circles of creates, also of one [P-3.7.1-01]', () => {
    expect(plan([team('a', ['b']), team('b', ['a']), post('u', ['u']), team('c', ['a'])])).toEqual([
      'circle 0 1',
      'circle 2',
      'Group 3',
    ]);
  });

  it('gives up the order of names before it gives up an operation', () => {
    expect(plan([on('PUT', '/Users/x', ['u']), post('u')])).toEqual(['User 1', 0]);
  });

  it('gives up what would have to come before and after another operation [P-3.7.1-01]', () => {
    const operations = [
      on('PATCH', '/Users/x', ['u']),
      on('DELETE', '/Users/x'),
      post('u', [], { manager: 'bulkId:v' }),
      post('v', [], { title: 'x' }),
    ];
    // Naming x in any text counts as naming the resource: v after the deletion, u after v, the PATCH after u.
    expect(plan(operations).some((step) => typeof step === 'string' && step.startsWith('never'))).toBe(true);
  });

  it('stays linear enough for the largest request', () => {
    const chain = Array.from({ length: 1000 }, (_, i) =>
      team(`g${i}`, [`g${(i + 1) % 1000}`, `g${(i + 7) % 1000}`]),
    );
    expect(plan(chain)).toEqual([`circle ${[...chain.keys()].join(' ')}`]);
  });
});
