import { Inject, Injectable, Optional } from '@nestjs/common';
import type { RoleGroupName } from '../events/effective-role.js';
import { uuidV7 } from '../events/uuid-v7.js';
import { BEGUN, firstBindings } from './group-binding.js';
import { type DryRunReport, dryRun, type DryRunRequest } from './dry-run.js';
import { ScimRoleError } from './role-error.js';
import { addRoleJob } from './role-job.js';
import {
  checkMapping,
  checkTenant,
  type NewRoleMapping,
  optionMappings,
  type RoleMapping,
} from './role-mapping.js';
import { type RoleRules, RuleBook } from './role-rules.js';
import { ROLE_SETTINGS, type RoleSettings } from './role-settings.js';
import { type RoleJob, RoleStore } from './role-store.js';
import { RoleWorker } from './role-worker.js';

/** A mapping with the groups that it means. */
export interface ListedMapping extends RoleMapping {
  readonly groups: readonly MappedGroup[];
}

export interface MappedGroup extends RoleGroupName {
  /** The group was deleted. Another one of the same name does not take its place until `rebind`. */
  readonly gone: boolean;
}

/** A mapping has at most so many rows in a tenant: all of them are read for every question. */
const MOST_MAPPINGS = 1000;
/** Above it, one recalculation of the whole tenant is less work than one for each group. */
const MOST_GROUP_JOBS = 20;

/**
 * Administers which groups give which roles in a tenant. Each change is true for `ScimRoles` at once; users hear of it by
 * `UserRolesChanged` when the recalculation in the background comes to them.
 */
@Injectable()
export class ScimRoleMappings {
  private readonly book: RuleBook;

  constructor(
    private readonly store: RoleStore,
    @Inject(ROLE_SETTINGS) { roles }: RoleSettings,
    /** Begins at once instead of at its next look; without, for example on a command line, a running server does. */
    @Optional() private readonly worker?: RoleWorker,
  ) {
    this.book = new RuleBook(optionMappings(roles.mappings));
  }

  /** The mappings of a tenant and those of the options, the greatest priority first. */
  async list(tenantId: string): Promise<readonly ListedMapping[]> {
    const rules = await this.book.of(checkTenant(tenantId), this.store);
    const ids = [...rules.grants.keys()];
    const names = await this.store.groupNames(tenantId, ids);
    return rules.mappings
      .map((mapping) => ({ ...mapping, groups: rules.groupsOf(mapping).map((id) => mapped(id, names)) }))
      .toSorted((a, b) => b.priority - a.priority || (a.role < b.role ? -1 : 1));
  }

  /**
   * Adds a mapping for one tenant. By name, externalId or pattern it is bound to the groups that match now; when none
   * does, to the first one that will.
   *
   * @throws ScimRoleError invalidTenant, invalidMapping, duplicateMapping, tooManyMappings
   */
  async add(tenantId: string, input: NewRoleMapping): Promise<ListedMapping> {
    checkTenant(tenantId);
    const mapping: RoleMapping = { ...checkMapping(input), id: uuidV7(), source: 'tenant', tenantId };
    const rules = await this.store.transaction(async (store) => {
      await store.takeTurn(tenantId, 'bindings', true);
      const before = await this.book.begin(tenantId, store);
      refuseSurplus(mapping, before);
      await store.addMapping(tenantId, mapping);
      const bindings = await this.bindNow(store, tenantId, mapping);
      await this.recalculate(store, tenantId, mapping, before.with(bindings));
      return before.with(bindings);
    });
    this.worker?.wake();
    const names = await this.store.groupNames(tenantId, rules.groupsOf(mapping));
    return { ...mapping, groups: rules.groupsOf(mapping).map((id) => mapped(id, names)) };
  }

  /** Removes a mapping of a tenant. @throws ScimRoleError invalidTenant, unknownMapping, also for one of the options */
  async remove(tenantId: string, mappingId: string): Promise<void> {
    checkTenant(tenantId);
    await this.store.transaction(async (store) => {
      await store.takeTurn(tenantId, 'bindings', true);
      const rules = await this.book.stored(tenantId, store);
      const mapping = known(rules, mappingId);
      if (mapping.source === 'options') {
        throw new ScimRoleError(
          'unknownMapping',
          'This mapping is in the options of the module; remove it there.',
        );
      }
      await this.recalculate(store, tenantId, mapping, rules);
      await store.removeMapping(tenantId, mappingId);
    });
    this.worker?.wake();
  }

  /**
   * Binds a mapping anew: to the groups that match it now, or to one that is named. For a group that was deleted and
   * created again, or one that was renamed on purpose.
   *
   * @param groupId only for a mapping by displayName or externalId @default what matches now
   * @throws ScimRoleError invalidTenant, unknownMapping, unknownGroup, invalidMapping
   */
  async rebind(tenantId: string, mappingId: string, groupId?: string): Promise<ListedMapping> {
    checkTenant(tenantId);
    const { mapping, rules } = await this.store.transaction(async (store) => {
      await store.takeTurn(tenantId, 'bindings', true);
      const before = await this.book.begin(tenantId, store);
      const found = known(before, mappingId);
      await this.recalculate(store, tenantId, found, before);
      await store.unbind(tenantId, mappingId);
      if (groupId === undefined) await this.bindNow(store, tenantId, found);
      else await this.bindTo(store, tenantId, found, groupId);
      const after = await this.book.stored(tenantId, store);
      await this.recalculate(store, tenantId, found, after);
      return { mapping: found, rules: after };
    });
    this.worker?.wake();
    const groups = rules.groupsOf(mapping);
    const names = await this.store.groupNames(tenantId, groups);
    return { ...mapping, groups: groups.map((id) => mapped(id, names)) };
  }

  /**
   * Who would gain or lose what by a change of the mappings. Nothing is written.
   *
   * @throws ScimRoleError invalidTenant, invalidMapping, unknownMapping
   */
  async dryRun(tenantId: string, request: DryRunRequest): Promise<DryRunReport> {
    const rules = await this.book.of(checkTenant(tenantId), this.store);
    return dryRun(tenantId, request, rules, this.store);
  }

  /** Works out the roles of all users again; for after a fault, it changes nothing that is right. */
  async recalculateAll(tenantId: string): Promise<void> {
    await addRoleJob(this.store, checkTenant(tenantId), { kind: 'tenant' });
    this.worker?.wake();
  }

  /** Recalculations of a tenant, the newest first. @param limit 1 to 100 @default 20 */
  progress(tenantId: string, limit = 20): Promise<readonly RoleJob[]> {
    return this.store.jobs(checkTenant(tenantId), Math.min(Math.max(1, Math.trunc(limit)), 100));
  }

  private async bindNow(store: RoleStore, tenantId: string, mapping: RoleMapping) {
    if (mapping.by === 'id') return [];
    const bindings = firstBindings([mapping], await store.groupsFor(tenantId, [mapping]));
    await store.bind(tenantId, bindings);
    return bindings;
  }

  private async bindTo(
    store: RoleStore,
    tenantId: string,
    { id, by }: RoleMapping,
    groupId: string,
  ): Promise<void> {
    if (by !== 'displayName' && by !== 'externalId') {
      throw new ScimRoleError(
        'invalidMapping',
        'Only a mapping by displayName or externalId is bound to one group.',
      );
    }
    if ((await store.groupNames(tenantId, [groupId])).size === 0) {
      throw new ScimRoleError('unknownGroup', 'The tenant has no group with this id.');
    }
    const begun = { mappingId: id, slot: BEGUN, groupId: null };
    await store.bind(tenantId, [begun, { mappingId: id, slot: by, groupId }]);
  }

  /** Those who are in the groups of the mapping, in its transaction: no change without its recalculation. */
  private async recalculate(
    store: RoleStore,
    tenantId: string,
    mapping: RoleMapping,
    rules: RoleRules,
  ): Promise<void> {
    const groups = rules.groupsOf(mapping);
    if (groups.length > MOST_GROUP_JOBS) await addRoleJob(store, tenantId, { kind: 'tenant' });
    else for (const groupId of groups) await addRoleJob(store, tenantId, { kind: 'group', groupId });
  }
}

function known({ mappings }: RoleRules, mappingId: string): RoleMapping {
  const mapping = mappings.find(({ id }) => id === mappingId);
  if (!mapping) throw new ScimRoleError('unknownMapping', 'The tenant has no mapping with this id.');
  return mapping;
}

function refuseSurplus(mapping: RoleMapping, { mappings }: RoleRules): void {
  const same = mappings.some(
    ({ role, by, value }) => role === mapping.role && by === mapping.by && value === mapping.value,
  );
  if (same) throw new ScimRoleError('duplicateMapping', 'The tenant has this mapping already.');
  if (mappings.filter(({ source }) => source === 'tenant').length >= MOST_MAPPINGS) {
    throw new ScimRoleError(
      'tooManyMappings',
      `A tenant has at most ${MOST_MAPPINGS} mappings; use a pattern.`,
    );
  }
}

function mapped(id: string, names: ReadonlyMap<string, string>): MappedGroup {
  return { id, displayName: names.get(id) ?? '', gone: !names.has(id) };
}
