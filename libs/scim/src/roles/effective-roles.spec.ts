import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { effectiveRoles, GroupGraph } from './effective-roles.js';
import type { RoleMapping } from './role-mapping.js';

const mapping = (role: string, id = `m-${role}`, priority = 0): RoleMapping => ({
  id,
  source: 'tenant',
  tenantId: 'acme',
  role,
  by: 'id',
  value: '',
  priority,
});

/** `[member, group]` pairs. */
function graphOf(memberships: readonly (readonly [string, string])[]): GroupGraph {
  const graph = new GroupGraph();
  for (const [member, group] of memberships) {
    graph.addGroup(group, `Group ${group}`);
    graph.addMembership(member, group);
  }
  return graph;
}

describe('The roles of a user', () => {
  it('come through nested groups, with the way there', () => {
    const graph = graphOf([
      ['ann', 'g1'],
      ['g1', 'g2'],
      ['g2', 'g3'],
    ]);
    const roles = effectiveRoles('ann', graph, new Map([['g3', [mapping('admin')]]]));
    const named = (id: string) => ({ id, displayName: `Group ${id}` });
    const path = [named('g1'), named('g2'), named('g3')];
    expect(roles).toEqual([
      { role: 'admin', priority: 0, reasons: [{ mappingId: 'm-admin', group: named('g3'), path }] },
    ]);
  });

  it('name each mapping that gives them, and take the greatest priority', () => {
    const graph = graphOf([
      ['ann', 'g1'],
      ['ann', 'g2'],
    ]);
    const grants = new Map([
      ['g1', [mapping('admin', 'a', 3), mapping('viewer', 'c', 9)]],
      ['g2', [mapping('admin', 'b', 7)]],
    ]);
    const roles = effectiveRoles('ann', graph, grants);
    expect(roles.map(({ role, priority }) => [role, priority])).toEqual([
      ['viewer', 9],
      ['admin', 7],
    ]);
    expect(roles[1]?.reasons.map(({ mappingId }) => mappingId)).toEqual(['a', 'b']);
  });

  it('of the same priority are in the order of their names', () => {
    const grants = new Map([['g', ['b', 'C', 'a'].map((role) => mapping(role))]]);
    expect(effectiveRoles('ann', graphOf([['ann', 'g']]), grants).map(({ role }) => role)).toEqual([
      'C',
      'a',
      'b',
    ]);
  });

  it('are those of a plain search through any graph, with circles and long chains, and each path is a real one', () => {
    const [users, groups, roles] = [
      ['u0', 'u1'],
      ['g0', 'g1', 'g2', 'g3', 'g4', 'g5'],
      ['r0', 'r1', 'r2'],
    ];
    const membership = fc.tuple(fc.constantFrom(...users, ...groups), fc.constantFrom(...groups));
    const grant = fc.tuple(
      fc.constantFrom(...groups),
      fc.constantFrom(...roles),
      fc.integer({ min: -2, max: 2 }),
    );
    fc.assert(
      fc.property(
        fc.array(membership, { maxLength: 14 }),
        fc.array(grant, { maxLength: 6 }),
        (edges, given) => {
          const grants = new Map<string, RoleMapping[]>();
          given.forEach(([group, role, priority], index) => {
            grants.set(group, [...(grants.get(group) ?? []), mapping(role, `m${index}`, priority)]);
          });
          for (const user of users) {
            const effective = effectiveRoles(user, graphOf(edges), grants);
            expect(new Map(effective.map(({ role, priority }) => [role, priority]))).toEqual(
              slowly(user, edges, given),
            );
            for (const { reasons } of effective) {
              for (const { path, group } of reasons) {
                const steps = [user, ...path.map(({ id }) => id)];
                expect(steps.at(-1)).toBe(group.id);
                expect(new Set(steps).size).toBe(steps.length);
                for (let i = 1; i < steps.length; i++) expect(edges).toContainEqual([steps[i - 1], steps[i]]);
              }
            }
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

/** Warshall's closure over all memberships, then every grant of a group that is reached. */
function slowly(
  user: string,
  edges: readonly (readonly [string, string])[],
  given: readonly (readonly [string, string, number])[],
): Map<string, number> {
  const reach = new Set(edges.map(([member, group]) => `${member} ${group}`));
  const nodes = [...new Set(edges.flat())];
  for (const via of nodes)
    for (const from of nodes)
      for (const to of nodes)
        if (reach.has(`${from} ${via}`) && reach.has(`${via} ${to}`)) reach.add(`${from} ${to}`);
  const roles = new Map<string, number>();
  for (const [group, role, priority] of given) {
    if (reach.has(`${user} ${group}`)) roles.set(role, Math.max(roles.get(role) ?? -Infinity, priority));
  }
  return roles;
}
