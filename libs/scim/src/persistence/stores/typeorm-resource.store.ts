import type { DataSource } from 'typeorm';
import type { CommitHandlers } from '../../events/commit-handlers.js';
import type { ChangeOrigin } from '../../events/change-origin.js';
import type { Outbox } from '../../events/outbox.js';
import { DeletionBlocked } from '../../provisioning/deletion/deletion-blocked.js';
import type { ResourceTypeRegistry } from '../../protocol/schema/resource-type-registry.js';
import type { ScimError } from '../../protocol/error/scim-error.js';
import type { ResourceType } from '../../protocol/schema/resource-type.js';
import {
  ResourceStore,
  type CurrentResource,
  type GroupMembership,
  type Member,
  type ModifiedResource,
  type ResourceContent,
  type ResourceHead,
  type ResourcePage,
  type ResourceQuery,
  type StoredResource,
} from '../../provisioning/resource-store.js';
import { assertEntities, type ScimEntityClasses } from '../entities/scim-entities.js';
import { TypeOrmOutbox } from '../outbox/typeorm-outbox.js';
import type { UnadoptedAccount } from '../../provisioning/adoption/adoption-rules.js';
import { Adoptions } from './adoptions.js';
import { MembershipReads } from './membership-reads.js';
import { ResourceChanges } from './resource-changes.js';
import { ResourceCreations } from './resource-creations.js';
import { ResourceDeletion } from './resource-deletion.js';
import { ResourceQueries } from './resource-queries.js';
import { StoreContext, type ResourceStoreSettings } from './store-context.js';

export interface ResourceStoreInput {
  /** Knows the types User and Group. */
  readonly registry: ResourceTypeRegistry;
  /** The same classes as given to `scimEntities`. @default {} */
  readonly entities?: ScimEntityClasses;
  readonly settings?: ResourceStoreSettings;
  /** Where the events go. @default the table scim_outbox */
  readonly outbox?: Outbox;
  /** Guards and the host's handlers. @default none */
  readonly commitHandlers?: CommitHandlers;
}

/** The resource store over the host's TypeORM DataSource; PostgreSQL, MySQL, MariaDB or SQLite. */
export class TypeOrmResourceStore extends ResourceStore {
  private readonly queries: ResourceQueries;
  private readonly changes: ResourceChanges;
  private readonly creations: ResourceCreations;
  private readonly deletion: ResourceDeletion;
  private readonly memberships: MembershipReads;
  private readonly adoptions: Adoptions;

  private constructor(private readonly context: StoreContext) {
    super();
    this.queries = new ResourceQueries(context);
    this.changes = new ResourceChanges(context);
    this.creations = new ResourceCreations(context);
    this.deletion = new ResourceDeletion(context);
    this.memberships = new MembershipReads(context);
    this.adoptions = new Adoptions(context);
  }

  /**
   * @param dataSource initialised, with `scimEntities(entities)` among its entities
   * @throws Error when an entity is missing or listed twice, when a `@ScimColumn` fits no attribute, or when the
   *   host's own column would make every create fail
   */
  static open(
    dataSource: DataSource,
    { registry, entities = {}, settings = {}, outbox, commitHandlers }: ResourceStoreInput,
  ): TypeOrmResourceStore {
    assertEntities(dataSource, entities);
    const events = outbox ?? new TypeOrmOutbox(dataSource, settings);
    const context = new StoreContext(dataSource, registry, entities, settings, events, commitHandlers);
    return new TypeOrmResourceStore(context);
  }

  override create(
    type: ResourceType,
    origin: ChangeOrigin,
    content: ResourceContent,
  ): Promise<ModifiedResource> {
    return this.changes.create(type, origin, content);
  }

  override createMany(
    type: ResourceType,
    origin: ChangeOrigin,
    contents: readonly ResourceContent[],
  ): Promise<(ModifiedResource | ScimError)[]> {
    return this.creations.createMany(type, origin, contents);
  }

  override transaction<T>(work: (store: ResourceStore) => Promise<T>): Promise<T> {
    return this.context.database.transaction((tx) => work(new TypeOrmResourceStore(this.context.within(tx))));
  }

  override find(
    type: ResourceType,
    tenantId: string,
    id: string,
    withGroups = false,
  ): Promise<StoredResource | undefined> {
    return this.queries.find(type, tenantId, id, withGroups);
  }

  override query(type: ResourceType, tenantId: string, query: ResourceQuery): Promise<ResourcePage> {
    return this.queries.query(type, tenantId, query);
  }

  override modify(
    type: ResourceType,
    origin: ChangeOrigin,
    id: string,
    change: (current: CurrentResource) => ResourceContent | undefined,
  ): Promise<ModifiedResource | undefined> {
    return this.changes.modify(type, origin, id, change);
  }

  override unadopted(
    tenantId: string,
    by: { readonly userNames: readonly string[]; readonly externalIds: readonly string[] },
  ): Promise<readonly UnadoptedAccount[]> {
    return this.adoptions.unadopted(tenantId, by);
  }

  override adopt(
    type: ResourceType,
    origin: ChangeOrigin,
    id: string,
    change: (current: CurrentResource) => ResourceContent | undefined,
  ): Promise<ModifiedResource | undefined> {
    return this.adoptions.adopt(type, origin, id, change);
  }

  override async delete(
    type: ResourceType,
    origin: ChangeOrigin,
    id: string,
    check: (head: ResourceHead) => void,
  ): Promise<boolean> {
    try {
      return await this.deletion.delete(type, origin, id, check);
    } catch (error) {
      const falls = error instanceof DeletionBlocked && this.context.blockedDelete === 'deactivate';
      if (!falls || type.name !== 'User') throw error;
      return this.deactivate(type, origin, id, check);
    }
  }

  /** In the place of a deletion that the application does not allow: access ends in any case (L4). */
  private async deactivate(
    type: ResourceType,
    origin: ChangeOrigin,
    id: string,
    check: (head: ResourceHead) => void,
  ): Promise<boolean> {
    const deactivated = await this.changes.modify(type, origin, id, (current) => {
      check(current);
      const { document, concealed } = current;
      return { document: { ...document, active: false }, concealed };
    });
    return deactivated !== undefined;
  }

  override members(
    tenantId: string,
    groupIds: readonly string[],
  ): Promise<ReadonlyMap<string, readonly Member[]>> {
    return this.memberships.members(tenantId, groupIds);
  }

  override memberBatches(
    tenantId: string,
    groupId: string,
    batchSize: number,
  ): AsyncIterable<readonly Member[]> {
    return this.memberships.memberBatches(tenantId, groupId, batchSize);
  }

  override groupsOf(
    tenantId: string,
    userIds: readonly string[],
  ): Promise<ReadonlyMap<string, readonly GroupMembership[]>> {
    return this.memberships.groupsOf(tenantId, userIds);
  }

  override displayNames(tenantId: string, userIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return this.memberships.displayNames(tenantId, userIds);
  }
}
