import { BEGUN, firstBindings, type GroupBinding } from './group-binding.js';
import type { RoleMapping } from './role-mapping.js';
import type { RoleStore } from './role-store.js';

/** The mappings that count in one tenant, with the groups that they mean. */
export class RoleRules {
  /** By id of a group, the mappings that mean it. */
  readonly grants: ReadonlyMap<string, readonly RoleMapping[]>;

  constructor(
    readonly mappings: readonly RoleMapping[],
    readonly bindings: readonly GroupBinding[],
  ) {
    const grants = new Map<string, RoleMapping[]>();
    for (const mapping of mappings) {
      for (const groupId of this.groupsOf(mapping)) {
        const known = grants.get(groupId);
        if (known) known.push(mapping);
        else grants.set(groupId, [mapping]);
      }
    }
    this.grants = grants;
  }

  /** Ids of the groups that a mapping means; they need not exist. */
  groupsOf({ id, by, value }: RoleMapping): readonly string[] {
    if (by === 'id') return [value];
    return this.bindings.flatMap(({ mappingId, groupId }) =>
      mappingId === id && groupId !== null ? [groupId] : [],
    );
  }

  /** Ids of the groups that give the role. */
  groupsOfRole(role: string): readonly string[] {
    const mappings = this.mappings.filter((mapping) => mapping.role === role);
    return [...new Set(mappings.flatMap((mapping) => this.groupsOf(mapping)))];
  }

  /** Mappings that were never held against the groups of the tenant. */
  get unbegun(): readonly RoleMapping[] {
    const begun = new Set(
      this.bindings.flatMap(({ mappingId, slot }) => (slot === BEGUN ? [mappingId] : [])),
    );
    return this.mappings.filter(({ id, by }) => by !== 'id' && !begun.has(id));
  }

  with(bindings: readonly GroupBinding[]): RoleRules {
    return new RoleRules(this.mappings, [...this.bindings, ...bindings]);
  }
}

/** Brings the mappings of the options and those of a tenant together. */
export class RuleBook {
  constructor(private readonly options: readonly RoleMapping[]) {}

  /** Mappings of the options for a tenant. */
  optionsFor(tenantId: string): readonly RoleMapping[] {
    return this.options.filter((mapping) => mapping.tenantId === undefined || mapping.tenantId === tenantId);
  }

  /** As they are stored: mappings that are not begun mean no group. One statement. */
  async stored(tenantId: string, store: RoleStore): Promise<RoleRules> {
    const { mappings, bindings } = await store.rules(tenantId);
    return new RoleRules([...this.optionsFor(tenantId), ...mappings], bindings);
  }

  /** With what mappings that are not begun would be bound to; nothing is written. One statement, or two. */
  async of(tenantId: string, store: RoleStore): Promise<RoleRules> {
    const rules = await this.stored(tenantId, store);
    const { unbegun } = rules;
    if (unbegun.length === 0) return rules;
    return rules.with(firstBindings(unbegun, await store.groupsFor(tenantId, unbegun)));
  }

  /** Binds mappings that are not begun, in the transaction of `store`, which has taken its turn alone. */
  async begin(tenantId: string, store: RoleStore): Promise<RoleRules> {
    const rules = await this.stored(tenantId, store);
    const { unbegun } = rules;
    if (unbegun.length === 0) return rules;
    const bindings = firstBindings(unbegun, await store.groupsFor(tenantId, unbegun));
    await store.bind(tenantId, bindings);
    return rules.with(bindings);
  }
}
