import { describe, expect, it } from 'vitest';
import { Leniency, Profile } from '../compat/profile.js';
import { ScimError } from '../error/scim-error.js';
import type { JsonObject } from '../schema/json.js';
import { isRefused, type BulkRequest } from './bulk-operation.js';
import { readBulk } from './read-bulk.js';
import { REGISTRY } from './testing/registry.js';

const REQUEST = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const POST = { method: 'POST', path: '/Users', bulkId: 'a', data: { userName: 'x' } };

function read(body: JsonObject, leniency = new Leniency(Profile.strict)): BulkRequest {
  return readBulk(body, REGISTRY, leniency, { maxOperations: 3 });
}
function refusal(body: JsonObject): ScimError {
  try {
    read(body);
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
  throw new Error('accepted');
}

describe('readBulk', () => {
  it('takes names of members in any letter case', () => {
    const operation = { METHOD: 'DELETE', Path: '/Users/1', VERSION: 'W/"1"' };
    const { operations, failOnErrors } = read({
      SCHEMAS: [REQUEST],
      operations: [operation],
      FailOnErrors: 2,
    });
    expect(failOnErrors).toBe(2);
    expect(operations[0]).toMatchObject({ method: 'DELETE', target: '1', version: 'W/"1"' });
  });

  it('counts operations before it looks at them [P-3.7.4-01, S1]', () => {
    const { status, detail } = refusal({ schemas: [REQUEST], Operations: [1, 2, 3, 4] });
    expect([status, detail]).toEqual([413, expect.stringMatching(/maxOperations.*3/)]);
    expect(refusal({ schemas: [REQUEST], Operations: [1, 2, 3] })).toMatchObject({
      scimType: 'invalidSyntax',
    });
  });

  it('keeps what is known of a faulty operation for its result [P-3.7.3-01]', () => {
    const faulty = [
      { ...POST, data: 7 },
      { method: 'PUT', path: '/Groups/g', bulkId: 'b' },
      { ...POST, method: 'GET' },
    ];
    const { operations } = read({ schemas: [REQUEST], Operations: faulty });
    expect(operations.every(isRefused)).toBe(true);
    expect(operations[0]).toMatchObject({ method: 'POST', bulkId: 'a' });
    expect(operations[1]).toMatchObject({ method: 'PUT', bulkId: 'b', target: 'g' });
    expect(operations[2]).toMatchObject({ method: 'GET', bulkId: 'a' });
  });

  it('reports the tolerances that it used', () => {
    const leniency = new Leniency(Profile.default);
    read({ Operations: [{ ...POST, method: 'Post', bulkId: null }] }, leniency);
    expect(leniency.names).toEqual(['missingSchemas', 'bulkForms']);
  });

  it('decodes ids in paths, and refuses what cannot be decoded', () => {
    const paths = ['/Users/a%20b', '/Users/%zz'];
    const Operations = paths.map((path) => ({ method: 'DELETE', path }));
    const [good, bad] = read({ schemas: [REQUEST], Operations }).operations;
    expect(good).toMatchObject({ target: 'a b' });
    expect(bad).toMatchObject({ fault: { scimType: 'invalidSyntax' } });
  });
});
