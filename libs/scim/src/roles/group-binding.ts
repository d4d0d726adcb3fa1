import { createHash } from 'node:crypto';
import { comparisonKey } from '../protocol/text/comparison-key.js';
import { GroupPattern } from './group-pattern.js';
import type { RoleMapping } from './role-mapping.js';

/** A group as far as mappings look at it. */
export interface GroupIdentity {
  readonly id: string;
  readonly displayName: string | undefined;
  readonly externalId: string | undefined;
}

/**
 * That a mapping means this group. A mapping by name, externalId or pattern means the group that matched first and no
 * other one, whatever groups are called later; otherwise whoever may rename a group could take over a role.
 */
export interface GroupBinding {
  readonly mappingId: string;
  /** What is bound: see `slotOf`. `BEGUN`: nothing; the mapping has looked at the groups that were there. */
  readonly slot: string;
  /** Null only for `BEGUN`. */
  readonly groupId: string | null;
}

/** Slot of the row that says that a mapping has been held against the groups of the tenant. */
export const BEGUN = '';

/**
 * The place that a group takes in a mapping; undefined: the mapping does not match it, or needs no binding because it
 * names the id. A mapping by name or externalId has one place; one by pattern has one for each name that matches, so
 * that a group which comes later under a name that is taken does not get it.
 */
export function slotOf({ by, value }: RoleMapping, group: GroupIdentity): string | undefined {
  switch (by) {
    case 'id':
      return undefined;
    case 'externalId':
      return group.externalId === value ? 'externalId' : undefined;
    case 'displayName':
      return nameKey(group) === comparisonKey(value) ? 'displayName' : undefined;
    case 'pattern': {
      const key = nameKey(group);
      if (key === undefined || !new GroupPattern(value).matches(key)) return undefined;
      return createHash('sha256').update(key).digest('hex').slice(0, 40);
    }
  }
}

function nameKey({ displayName }: GroupIdentity): string | undefined {
  return displayName === undefined ? undefined : comparisonKey(displayName);
}

/**
 * What mappings bind to when they are held against the groups for the first time, or again by an administrator.
 *
 * @param groups in the order of their creation: the oldest of two that match gets the place
 */
export function firstBindings(
  mappings: readonly RoleMapping[],
  groups: readonly GroupIdentity[],
): GroupBinding[] {
  return mappings.flatMap((mapping): GroupBinding[] => {
    const bound = new Map<string, string>();
    for (const group of groups) {
      const slot = slotOf(mapping, group);
      if (slot !== undefined && !bound.has(slot)) bound.set(slot, group.id);
    }
    const bindings = [...bound].map(([slot, groupId]) => ({ mappingId: mapping.id, slot, groupId }));
    return [{ mappingId: mapping.id, slot: BEGUN, groupId: null }, ...bindings];
  });
}
