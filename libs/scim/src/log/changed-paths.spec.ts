import { describe, expect, it } from 'vitest';
import { changedPaths } from './changed-paths.js';
import { ValuePolicy } from './value-policy.js';

const URN = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const before = {
  document: {
    schemas: ['a'],
    userName: 'ada',
    name: { givenName: 'Ada', familyName: 'Byron' },
    emails: [{ value: 'ada@example.com' }],
    [URN]: { department: 'Maths', manager: { value: '1', displayName: 'Boss' } },
  },
  concealed: { password: 'old-hash' },
};
const after = {
  document: {
    schemas: ['a', 'b'],
    userName: 'ada',
    name: { familyName: 'Lovelace', givenName: 'Ada' },
    emails: [{ value: 'ada@example.org' }],
    active: false,
    [URN]: { manager: { value: '2', displayName: 'Boss' } },
  },
  concealed: { password: 'new-hash' },
};
const none = new ValuePolicy({ values: 'none' });

describe('changedPaths', () => {
  it('names attributes, sub-attributes and those of extensions, and lists as a whole', () => {
    expect(changedPaths(before, after, none)).toEqual([
      { path: 'name.familyName' },
      { path: 'emails' },
      { path: `${URN}:department` },
      { path: `${URN}:manager.value` },
      { path: 'active' },
      { path: 'password' },
    ]);
  });

  it('names everything of a resource that was not there', () => {
    expect(changedPaths(undefined, before, none).map(({ path }) => path)).toEqual([
      'userName',
      'name.givenName',
      'name.familyName',
      'emails',
      `${URN}:department`,
      `${URN}:manager.value`,
      `${URN}:manager.displayName`,
      'password',
    ]);
    expect(changedPaths(before, before, none)).toEqual([]);
  });

  it('shows values where the policy says so, and never those of concealed attributes', () => {
    const changes = changedPaths(before, after, new ValuePolicy({ values: 'full' }));
    expect(changes).toContainEqual({ path: 'name.familyName', before: '"Byron"', after: '"Lovelace"' });
    expect(changes).toContainEqual({ path: 'active', before: undefined, after: 'false' });
    expect(changes).toContainEqual({ path: 'password' });
    expect(JSON.stringify(changes)).not.toContain('hash');
  });

  it('shows digests by which only equal values can be told, and only with the same key', () => {
    const hashed = (hashKey?: string) => new ValuePolicy({ values: 'hashed', hashKey });
    const digest = hashed('0123456789abcdef').shown('Byron');
    expect(digest).toMatch(/^#[0-9a-f]{16}$/);
    expect(hashed('0123456789abcdef').shown('Byron')).toBe(digest);
    expect(hashed('0123456789abcdeX').shown('Byron')).not.toBe(digest);
    expect(hashed().shown('Byron')).not.toBe(hashed().shown('Byron'));
  });

  it('cuts long values', () => {
    const [change] = changedPaths(
      undefined,
      { document: { title: 'x'.repeat(5000) }, concealed: {} },
      new ValuePolicy({ values: 'full' }),
    );
    expect(change?.after?.length).toBe(201);
  });
});
