import type { DataSource } from 'typeorm';
import type { ChangeTransaction } from '../../events/change-guard.js';
import { comparisonKey } from '../../protocol/text/comparison-key.js';
import type { GroupGraph } from '../../roles/effective-roles.js';
import type { GroupBinding, GroupIdentity } from '../../roles/group-binding.js';
import type { RoleMapping } from '../../roles/role-mapping.js';
import {
  type HolderDifference,
  type RoleHolder,
  type RoleJob,
  type RoleJobPage,
  type RoleJobScope,
  type RoleState,
  RoleStore,
  type RoleUser,
  type StoredRules,
} from '../../roles/role-store.js';
import { Database, type DatabaseSettings } from '../database.js';
import { takeTurn } from '../turns.js';
import { RoleJobRows } from './role-job-rows.js';
import { RoleMembershipReads } from './role-membership-reads.js';
import { RoleRuleRows } from './role-rules-rows.js';
import { RoleStateRows } from './role-state-rows.js';
import { type RoleContext, roleTables } from './role-tables.js';

/** Role mappings and what follows from them in the tables `scim_role_…`. */
export class TypeOrmRoleStore extends RoleStore {
  private readonly context: RoleContext;
  private readonly ruleRows: RoleRuleRows;
  private readonly memberships: RoleMembershipReads;
  private readonly states: RoleStateRows;
  private readonly jobRows: RoleJobRows;

  private constructor(
    private readonly database: Database,
    /** Undefined: no transaction is open. */
    private readonly open: ChangeTransaction | undefined,
    tables: RoleContext['tables'],
  ) {
    super();
    const executor = open ?? database;
    this.context = { executor, dialect: database.dialect, tables };
    this.ruleRows = new RoleRuleRows(this.context);
    this.memberships = new RoleMembershipReads(this.context);
    this.states = new RoleStateRows(this.context);
    this.jobRows = new RoleJobRows(this.context);
  }

  /** @throws Error when the DataSource lacks the entities: spread `scimEntities()` into its entities */
  static on(dataSource: DataSource, settings: DatabaseSettings = {}): TypeOrmRoleStore {
    return new TypeOrmRoleStore(new Database(dataSource, settings), undefined, roleTables(dataSource));
  }

  override within(transaction: ChangeTransaction): RoleStore {
    return new TypeOrmRoleStore(this.database, transaction, this.context.tables);
  }

  override async transaction<T>(
    work: (store: RoleStore, transaction: ChangeTransaction) => Promise<T>,
  ): Promise<T> {
    if (this.open) return work(this, this.open);
    return this.database.transaction((tx) => work(this.within(tx), tx));
  }

  override async takeTurn(
    tenantId: string,
    kind: 'bindings' | 'holders' | 'recalculation',
    alone: boolean,
  ): Promise<void> {
    await takeTurn(this.context, this.context.executor, `scim role ${kind} ${tenantId}`, alone);
  }

  override rules(tenantId: string): Promise<StoredRules> {
    return this.ruleRows.read(tenantId);
  }
  override addMapping(tenantId: string, mapping: RoleMapping): Promise<void> {
    return this.ruleRows.add(tenantId, mapping);
  }
  override removeMapping(tenantId: string, mappingId: string): Promise<void> {
    return this.ruleRows.remove(tenantId, mappingId);
  }
  override bind(tenantId: string, bindings: readonly GroupBinding[]): Promise<void> {
    return this.ruleRows.bind(tenantId, bindings);
  }
  override unbind(tenantId: string, mappingId: string, groupId?: string): Promise<void> {
    return this.ruleRows.unbind(tenantId, mappingId, groupId);
  }
  override groupsFor(tenantId: string, mappings: readonly RoleMapping[]): Promise<readonly GroupIdentity[]> {
    return this.ruleRows.groupsFor(tenantId, mappings);
  }

  override graphAbove(tenantId: string, userIds: readonly string[]): Promise<GroupGraph> {
    return this.memberships.graphAbove(tenantId, userIds);
  }
  override groupsAbove(tenantId: string, groupIds: readonly string[]): Promise<readonly string[]> {
    return this.memberships.groupsAbove(tenantId, groupIds);
  }
  override groupNames(tenantId: string, groupIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return this.memberships.groupNames(tenantId, groupIds);
  }
  override holders(
    tenantId: string,
    groupIds: readonly string[],
    after: string,
    limit: number,
  ): Promise<readonly RoleHolder[]> {
    return this.memberships.holders(tenantId, groupIds, after, limit);
  }
  override anyActive(
    tenantId: string,
    userIds: readonly string[],
    groupIds: readonly string[],
  ): Promise<boolean> {
    return this.memberships.anyActive(tenantId, userIds, groupIds);
  }
  override countDifference(tenantId: string, difference: HolderDifference): Promise<number> {
    return this.memberships.countDifference(tenantId, difference);
  }
  override sampleDifference(
    tenantId: string,
    difference: HolderDifference,
    limit: number,
  ): Promise<readonly RoleHolder[]> {
    return this.memberships.sampleDifference(tenantId, difference, limit);
  }
  override findUser(
    tenantId: string,
    idOrUserName: string,
  ): Promise<(RoleHolder & { active: boolean }) | undefined> {
    return this.memberships.findUser(tenantId, idOrUserName, comparisonKey(idOrUserName));
  }
  override users(tenantId: string, userIds: readonly string[]): Promise<ReadonlyMap<string, RoleUser>> {
    return this.memberships.users(tenantId, userIds);
  }

  override lockStates(tenantId: string, userIds: readonly string[]): Promise<ReadonlyMap<string, RoleState>> {
    return this.states.lock(tenantId, userIds);
  }
  override writeStates(tenantId: string, states: readonly RoleState[], at: string): Promise<void> {
    return this.states.write(tenantId, states, at);
  }

  override addJob(job: RoleJob): Promise<void> {
    return this.transaction((store) => (store as TypeOrmRoleStore).jobRows.add(job));
  }
  override jobs(tenantId: string, limit: number): Promise<readonly RoleJob[]> {
    return this.jobRows.list(tenantId, limit);
  }
  override claimJob(owner: string, now: string, until: string): Promise<RoleJob | undefined> {
    return this.database.transaction((tx) => this.jobRows.claim(tx, owner, now, until));
  }
  override keepJob(owner: string, job: RoleJob, until: string): Promise<boolean> {
    return this.jobRows.keep(owner, job, until);
  }
  override releaseJob(owner: string, job: RoleJob): Promise<void> {
    return this.jobRows.release(owner, job);
  }
  override deleteFinishedJobs(tenantId: string, before: string): Promise<void> {
    return this.jobRows.deleteFinished(tenantId, before);
  }
  override jobPage(
    tenantId: string,
    scope: RoleJobScope,
    position: string,
    limit: number,
  ): Promise<RoleJobPage> {
    return this.jobRows.page(tenantId, scope, position, limit);
  }
  override jobSize(tenantId: string, scope: RoleJobScope): Promise<number> {
    return this.jobRows.size(tenantId, scope);
  }

  override async nextTenant(after: string): Promise<string | undefined> {
    const { executor, tables } = this.context;
    const [row] = await executor.run<{ tenant_id: string | null }>({
      text: `select min(g.tenant_id) as tenant_id from ${tables.groups} g where g.tenant_id > $1`,
      values: [after],
    });
    return row?.tenant_id ?? undefined;
  }

  override async fingerprint(tenantId: string): Promise<string | undefined> {
    const { executor, tables } = this.context;
    const [row] = await executor.run<{ fingerprint: string }>({
      text: `select t.fingerprint from ${tables.tenants} t where t.tenant_id = $1`,
      values: [tenantId],
    });
    return row?.fingerprint;
  }

  override async setFingerprint(tenantId: string, fingerprint: string): Promise<void> {
    const { executor, tables } = this.context;
    await executor.run({ text: `delete from ${tables.tenants} where tenant_id = $1`, values: [tenantId] });
    await executor.run({
      text: `insert into ${tables.tenants} (tenant_id, fingerprint) values ($1, $2)`,
      values: [tenantId, fingerprint],
    });
  }
}
