import type { EffectiveRole, RoleGroupName, RoleReason } from '../events/effective-role.js';
import { compareCodePoints } from '../protocol/text/comparison-key.js';
import type { RoleMapping } from './role-mapping.js';

/** The groups around some users: who is in which group, and which group is in which. */
export class GroupGraph {
  private readonly names = new Map<string, string>();
  private readonly parents = new Map<string, string[]>();

  addGroup(id: string, displayName: string | null): void {
    this.names.set(id, displayName ?? '');
  }

  /** That `member`, a group or a user, is a direct member of `group`. */
  addMembership(member: string, group: string): void {
    const known = this.parents.get(member);
    if (!known) this.parents.set(member, [group]);
    else if (!known.includes(group)) known.push(group);
  }

  name(id: string): RoleGroupName {
    return { id, displayName: this.names.get(id) ?? '' };
  }

  /** Groups that it is a direct member of, in the order of their ids. */
  parentsOf(member: string): readonly string[] {
    return (this.parents.get(member) ?? []).toSorted(compareCodePoints);
  }

  /** Direct groups of all members that are known. */
  get size(): number {
    return this.parents.size;
  }
}

/**
 * All roles of an active user, the one of the greatest priority first, roles of the same priority by name. Groups that
 * contain each other in a circle are visited once.
 *
 * @param grants by id of a group, the mappings that mean it
 */
export function effectiveRoles(
  userId: string,
  graph: GroupGraph,
  grants: ReadonlyMap<string, readonly RoleMapping[]>,
): EffectiveRole[] {
  const roles = new Map<string, { priority: number; reasons: RoleReason[] }>();
  for (const { groupId, path } of reach(userId, graph, grants)) {
    for (const mapping of grants.get(groupId) ?? []) {
      const found = roles.get(mapping.role) ?? { priority: mapping.priority, reasons: [] };
      found.priority = Math.max(found.priority, mapping.priority);
      found.reasons.push({ mappingId: mapping.id, group: graph.name(groupId), path: path() });
      roles.set(mapping.role, found);
    }
  }
  return [...roles]
    .map(([role, { priority, reasons }]) => ({ role, priority, reasons: reasons.toSorted(byMapping) }))
    .toSorted((a, b) => b.priority - a.priority || compareCodePoints(a.role, b.role));
}

/** Breadth first, so that the way to each group is a shortest one. Gives only groups that grant something. */
function* reach(
  userId: string,
  graph: GroupGraph,
  grants: ReadonlyMap<string, unknown>,
): Generator<{ groupId: string; path: () => RoleGroupName[] }> {
  const cameFrom = new Map<string, string | undefined>();
  for (const group of graph.parentsOf(userId)) cameFrom.set(group, undefined);
  // A Map may grow while it is walked: what is added is visited as well.
  for (const groupId of cameFrom.keys()) {
    if (grants.has(groupId)) yield { groupId, path: () => pathTo(groupId, cameFrom, graph) };
    for (const parent of graph.parentsOf(groupId)) {
      if (!cameFrom.has(parent)) cameFrom.set(parent, groupId);
    }
  }
}

function pathTo(
  groupId: string,
  cameFrom: ReadonlyMap<string, string | undefined>,
  graph: GroupGraph,
): RoleGroupName[] {
  const path: RoleGroupName[] = [];
  for (let at: string | undefined = groupId; at !== undefined; at = cameFrom.get(at))
    path.push(graph.name(at));
  return path.toReversed();
}

function byMapping(a: RoleReason, b: RoleReason): number {
  return compareCodePoints(a.mappingId, b.mappingId) || compareCodePoints(a.group.id, b.group.id);
}
