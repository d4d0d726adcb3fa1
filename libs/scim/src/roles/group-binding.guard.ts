import { Inject, Injectable } from '@nestjs/common';
import { ChangeGuard, type ChangeTransaction } from '../events/change-guard.js';
import type { ResourceChange } from '../events/resource-change.js';
import { type GroupBinding, type GroupIdentity, slotOf } from './group-binding.js';
import { optionMappings } from './role-mapping.js';
import { type RoleRules, RuleBook } from './role-rules.js';
import { ROLE_SETTINGS, type RoleSettings } from './role-settings.js';
import { RoleStore } from './role-store.js';

/**
 * Binds mappings to groups in the transaction in which a group gets the name or externalId that they wait for. Two
 * statements for a change of which groups are called what, none for any other.
 */
@Injectable()
export class GroupBindingGuard extends ChangeGuard {
  private readonly book: RuleBook;
  /** Tenants in which the mappings of the options were held against the groups; that is never undone. */
  private readonly begun = new Set<string>();

  constructor(
    private readonly store: RoleStore,
    @Inject(ROLE_SETTINGS) { roles }: RoleSettings,
  ) {
    super();
    this.book = new RuleBook(optionMappings(roles.mappings));
  }

  override concerns(changes: readonly ResourceChange[]): boolean {
    return changes.some(namesGroup);
  }

  override async check(changes: readonly ResourceChange[], transaction: ChangeTransaction): Promise<void> {
    const [first] = changes;
    const groups = changes.filter(namesGroup);
    if (!first) return;
    const { tenantId } = first.origin;
    const store = this.store.within(transaction);
    const alone = this.book.optionsFor(tenantId).length > 0 && !this.begun.has(tenantId);
    await store.takeTurn(tenantId, 'bindings', alone);
    const rules = alone ? await this.book.begin(tenantId, store) : await this.book.stored(tenantId, store);
    if (alone) transaction.afterCommit(() => this.begun.add(tenantId));
    await this.release(store, tenantId, groups, rules);
    await store.bind(tenantId, newBindings(groups, rules));
  }

  /** An externalId is the provider's own: when it creates that group again, it is the same one. */
  private async release(
    store: RoleStore,
    tenantId: string,
    groups: readonly ResourceChange[],
    { mappings, bindings }: RoleRules,
  ): Promise<void> {
    const deleted = new Set(groups.flatMap(({ kind, id }) => (kind === 'deleted' ? [id] : [])));
    const byExternalId = new Set(mappings.flatMap(({ id, by }) => (by === 'externalId' ? [id] : [])));
    for (const { mappingId, groupId } of bindings) {
      if (groupId !== null && deleted.has(groupId) && byExternalId.has(mappingId)) {
        await store.unbind(tenantId, mappingId, groupId);
      }
    }
  }
}

/** Whether a change is about what a group is called. */
function namesGroup({ resourceType, kind, before, after }: ResourceChange): boolean {
  if (resourceType !== 'Group') return false;
  if (kind !== 'modified') return true;
  return ['displayName', 'externalId'].some((name) => before?.[name] !== after?.[name]);
}

/** Slots that are free and that a group takes by what it is called now. */
function newBindings(changes: readonly ResourceChange[], { mappings, bindings }: RoleRules): GroupBinding[] {
  const taken = new Set(bindings.map(({ mappingId, slot }) => `${mappingId} ${slot}`));
  const found: GroupBinding[] = [];
  for (const change of changes) {
    if (change.kind === 'deleted') continue;
    const group = identityOf(change);
    for (const mapping of mappings) {
      // A pattern takes groups as they are created: one that is renamed would bring its members along.
      if (mapping.by === 'pattern' && change.kind !== 'created') continue;
      const slot = slotOf(mapping, group);
      if (slot === undefined || taken.has(`${mapping.id} ${slot}`)) continue;
      taken.add(`${mapping.id} ${slot}`);
      found.push({ mappingId: mapping.id, slot, groupId: group.id });
    }
  }
  return found;
}

function identityOf({ id, externalId, name }: ResourceChange): GroupIdentity {
  return { id, displayName: name, externalId };
}
