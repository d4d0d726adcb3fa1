import { describe, expect, it } from 'vitest';
import { Leniency, Profile } from '../compat/profile.js';
import { DEFAULT_READ_LIMITS } from '../resource/read-context.js';
import { userResourceType } from '../schema/core/resource-types.js';
import { ResourceType } from '../schema/resource-type.js';
import { applyPatch } from './apply-patch.js';

const type = new ResourceType(userResourceType());
const context = { leniency: new Leniency(Profile.default), limits: DEFAULT_READ_LIMITS };
const roles = Array.from({ length: 200 }, (_, i) => ({ value: `role ${i}` }));
const document = { schemas: [type.schema.id], userName: 'a', roles };
const longFilter = Array.from({ length: 20 }, (_, i) => `value eq "nobody ${i}"`).join(' or ');

describe('ComparisonBudget', () => {
  it('refuses a request whose value paths would take seconds to compare [S1]', () => {
    const operations = Array.from({ length: 1000 }, () => ({
      op: 'remove' as const,
      path: `roles[${longFilter}]`,
    }));
    expect(() => applyPatch(type, { document, concealed: {} }, operations, context)).toThrow(
      expect.objectContaining({ status: 413 }),
    );
  });

  it('lets a large honest request through', () => {
    const operations = roles.map(({ value }) => ({
      op: 'remove' as const,
      path: `roles[value eq "${value}"]`,
    }));
    expect(
      applyPatch(type, { document, concealed: {} }, operations, context).document['roles'],
    ).toBeUndefined();
  });
});
