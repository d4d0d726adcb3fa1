import { firstBindings } from './group-binding.js';
import { ScimRoleError } from './role-error.js';
import { checkMapping, type NewRoleMapping, type RoleMapping } from './role-mapping.js';
import { RoleRules } from './role-rules.js';
import type { RoleHolder, RoleStore } from './role-store.js';

/** A change of mappings that is only thought of. */
export interface DryRunRequest {
  /** Mappings that would be added. @default [] */
  readonly add?: readonly NewRoleMapping[];
  /** Ids of mappings that would be removed; those of the options too. @default [] */
  readonly remove?: readonly string[];
  /** Users to name of those who gain, and of those who lose, in each role; 0 to 100. @default 10 */
  readonly sample?: number;
}

/** Users who gain or lose a role: how many, and some of them. */
export interface DryRunUsers {
  readonly total: number;
  readonly sample: readonly RoleHolder[];
}

export interface DryRunRole {
  readonly role: string;
  readonly gain: DryRunUsers;
  readonly lose: DryRunUsers;
}

export interface DryRunReport {
  /** Roles of the mappings that would be added or removed, by name. */
  readonly roles: readonly DryRunRole[];
  /** The groups that each added mapping would be bound to, in their order. */
  readonly groups: readonly (readonly { readonly id: string; readonly displayName: string }[])[];
}

const LARGEST_SAMPLE = 100;

/** Compares the roles as they are with those after the change, role by role; two statements for each that differs. */
export async function dryRun(
  tenantId: string,
  { add = [], remove = [], sample = 10 }: DryRunRequest,
  now: RoleRules,
  store: RoleStore,
): Promise<DryRunReport> {
  const added = add.map((input, index): RoleMapping => {
    return { ...checkMapping(input), id: `new-${index}`, source: 'tenant', tenantId };
  });
  const removed = now.mappings.filter(({ id }) => remove.includes(id));
  if (removed.length < new Set(remove).size) {
    throw new ScimRoleError('unknownMapping', 'The tenant has no mapping with one of these ids.');
  }
  const candidates = added.length === 0 ? [] : await store.groupsFor(tenantId, added);
  const then = new RoleRules(
    [...now.mappings.filter((mapping) => !removed.includes(mapping)), ...added],
    [...now.bindings, ...firstBindings(added, candidates)],
  );
  const limit = Math.min(Math.max(0, Math.trunc(sample)), LARGEST_SAMPLE);
  const roles = [...new Set([...added, ...removed].map(({ role }) => role))].toSorted();
  const report: DryRunRole[] = [];
  for (const role of roles) {
    const [before, after] = [now.groupsOfRole(role), then.groupsOfRole(role)];
    const gain = await difference(store, tenantId, after, before, limit);
    const lose = await difference(store, tenantId, before, after, limit);
    report.push({ role, gain, lose });
  }
  const names = new Map(candidates.map(({ id, displayName }) => [id, displayName ?? '']));
  const groups = added.map((mapping) =>
    then.groupsOf(mapping).map((id) => ({ id, displayName: names.get(id) ?? '' })),
  );
  return { roles: report, groups };
}

async function difference(
  store: RoleStore,
  tenantId: string,
  groups: readonly string[],
  without: readonly string[],
  limit: number,
): Promise<DryRunUsers> {
  if (groups.every((group) => without.includes(group))) return { total: 0, sample: [] };
  const total = await store.countDifference(tenantId, { groups, without });
  const sample =
    total === 0 || limit === 0 ? [] : await store.sampleDifference(tenantId, { groups, without }, limit);
  return { total, sample };
}
