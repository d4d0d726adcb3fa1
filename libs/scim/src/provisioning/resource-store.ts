import type { ChangeOrigin } from '../events/change-origin.js';
import type { ScimError } from '../protocol/error/scim-error.js';
import type { TypedFilter } from '../protocol/filter/typed-filter.js';
import type { MembershipStep } from '../protocol/patch/membership.js';
import type { Attribute } from '../protocol/schema/attribute.js';
import type { JsonObject } from '../protocol/schema/json.js';
import type { ResourceType } from '../protocol/schema/resource-type.js';
import type { UnadoptedAccount } from './adoption/adoption-rules.js';

/** What the server knows of a resource besides its content. */
export interface ResourceHead {
  readonly id: string;
  /** Counts the stored changes, from 1. The entity tag is made of it. */
  readonly version: number;
  /** RFC 3339, UTC, milliseconds: `2026-11-24T08:00:00.000Z`. */
  readonly created: string;
  readonly lastModified: string;
}

/** A stored resource, read for an answer. */
export interface StoredResource extends ResourceHead {
  /**
   * The document as JSON text: `schemas`, `externalId` and every stored attribute that may be returned; without
   * id, meta, computed, detached and never-returned attributes. Text, so that a plain read can splice it.
   */
  readonly json: string;
  /** Groups of a user where they were read with it; undefined: `groupsOf` knows. */
  readonly groups?: readonly GroupMembership[];
}

/** A stored resource, read to be changed. */
export interface CurrentResource extends ResourceHead {
  readonly document: JsonObject;
  /** Never-returned attributes; empty object when there are none. */
  readonly concealed: JsonObject;
}

/** New content of a resource. */
export interface ResourceContent {
  /** See `StoredResource.json`; valid, normalised, canonical names. */
  readonly document: JsonObject;
  readonly concealed: JsonObject;
  /** Changes to the resource's members (groups only), applied in order in the same transaction. */
  readonly members?: readonly MembershipStep[];
  /** Ids of users that must exist in the tenant (manager.value where integrity is on). */
  readonly references?: readonly string[];
  /**
   * Groups: no other group of the tenant may have this displayName (compared by its comparison key); the store
   * refuses with `ScimError.uniqueness`, also under races.
   */
  readonly uniqueName?: boolean;
}

/** Outcome of a change. */
export interface ModifiedResource {
  readonly head: ResourceHead;
  /** False when nothing was written: same version, same lastModified (D-32). */
  readonly changed: boolean;
  /** The document as it stands now. */
  readonly document: JsonObject;
  /** The document as text. */
  readonly json: string;
  /** Groups of a user where they are known; undefined: `groupsOf` knows. */
  readonly groups?: readonly GroupMembership[];
}

export interface ResourceSort {
  /** A simple attribute, or a simple sub-attribute of a multi-valued one (then: primary element, else first). */
  readonly attribute: Attribute;
  readonly descending: boolean;
}

/** The place of one resource in the order of a query. The resource need not be there any more. */
export interface KeysetPosition {
  readonly id: string;
  /** What it is sorted by, in the form in which the store gave it; null when missing and in queries without sort. */
  readonly key: string | number | null;
}

/** Where a keyset page lies: next to a position, which other resources coming and going do not move. */
export interface Keyset {
  readonly direction: 'after' | 'before';
  /** Undefined: the very beginning (`after`) or the very end (`before`). */
  readonly position?: KeysetPosition;
}

export interface ResourceQuery {
  readonly filter?: TypedFilter;
  readonly sort?: ResourceSort;
  /** Rows to skip, 0 or more; 0 with `keyset`. */
  readonly offset: number;
  /** Rows to read, 0 or more; 0 asks for the total only. */
  readonly limit: number;
  /** Pages by position instead of `offset`, in the same order. @default undefined */
  readonly keyset?: Keyset;
  /** Whether to read the groups of users with them where that is best; `groups` of each resource tells. @default false */
  readonly withGroups?: boolean;
}

export interface ResourcePage {
  /** All matches of the query in the tenant. */
  readonly total: number;
  readonly resources: readonly StoredResource[];
  /** With `keyset` only: the place of each resource in the order. */
  readonly positions?: readonly KeysetPosition[];
  /** With `keyset` only: where the page before this one lies; undefined on the first. */
  readonly previous?: Keyset;
  /** With `keyset` only: where the page after this one lies; undefined on the last. */
  readonly next?: Keyset;
}

/** A member of a group as stored. */
export interface Member {
  readonly id: string;
  /** Name of its resource type: `User` or `Group`. */
  readonly type: string;
}

/** A group that a user belongs to. */
export interface GroupMembership {
  readonly groupId: string;
  readonly display: string;
  /** False when the user belongs to it only through another group. */
  readonly direct: boolean;
}

/**
 * Where resources are kept. The contract is also the injection token. The tenant is a required argument of every
 * call and no call reaches beyond it: an id of another tenant is unknown, everywhere (D-51, D-54).
 *
 * Every write is one transaction: row, projection, memberships, guards, the host's handlers, events (`ChangeOrigin` says
 * in which tenant and on whose behalf). Faults of the data are `ScimError`s
 * (`uniqueness`, `invalidValue` for an unknown member); a database that is away or out of connections is
 * `ScimError.unavailable`.
 */
export abstract class ResourceStore {
  /** Creates a resource. @throws ScimError uniqueness, invalidValue */
  abstract create(
    type: ResourceType,
    origin: ChangeOrigin,
    content: ResourceContent,
  ): Promise<ModifiedResource>;

  /**
   * Creates many resources of one type that do not refer to each other, in a number of statements that hardly depends
   * on theirs. The outcomes are in the order of `contents`; a fault of one is its own outcome and does not keep the
   * others from being created. Of two that want the same unique value the first gets it. The members of each are
   * replacements and changes only.
   * @throws ScimError unavailable; then none was created
   */
  abstract createMany(
    type: ResourceType,
    origin: ChangeOrigin,
    contents: readonly ResourceContent[],
  ): Promise<(ModifiedResource | ScimError)[]>;

  /**
   * Runs `work` on a store of which all calls are part of one transaction: it commits when `work` ends and rolls back
   * when it throws. A call that fails leaves the transaction usable and undoes what it did itself. When the whole loses
   * against another transaction, `work` is done again, so it must be repeatable. May be nested.
   * @throws what `work` throws; ScimError unavailable
   */
  abstract transaction<T>(work: (store: ResourceStore) => Promise<T>): Promise<T>;

  /**
   * Undefined when the tenant has no such resource.
   * @param withGroups whether to read a user's groups with it, where the database can do both at once
   */
  abstract find(
    type: ResourceType,
    tenantId: string,
    id: string,
    withGroups?: boolean,
  ): Promise<StoredResource | undefined>;

  abstract query(type: ResourceType, tenantId: string, query: ResourceQuery): Promise<ResourcePage>;

  /**
   * Reads the resource, asks `change` for its new content and writes that, atomically: compare-and-set on the
   * version; when another writer was faster, `change` is asked again on the fresh row, and after some lost races
   * under a row lock, so that it always ends. `change` must be pure; what it throws ends the call, nothing
   * written. It returns undefined when there is nothing to write.
   *
   * Returns undefined when the tenant has no such resource.
   * @throws ScimError uniqueness, invalidValue, and what `change` throws
   */
  abstract modify(
    type: ResourceType,
    origin: ChangeOrigin,
    id: string,
    change: (current: CurrentResource) => ResourceContent | undefined,
  ): Promise<ModifiedResource | undefined>;

  /**
   * Users with one of these userNames (by comparison key) or externalIds that were made just in time at a sign-on and
   * that no identity provider has adopted.
   */
  abstract unadopted(
    tenantId: string,
    by: { readonly userNames: readonly string[]; readonly externalIds: readonly string[] },
  ): Promise<readonly UnadoptedAccount[]>;

  /**
   * Adopts an account that was made just in time, and gives it new content as `modify` does, in one transaction.
   * Undefined when it is not there or somebody has adopted it.
   * @throws ScimError uniqueness, invalidValue, and what `change` throws
   */
  abstract adopt(
    type: ResourceType,
    origin: ChangeOrigin,
    id: string,
    change: (current: CurrentResource) => ResourceContent | undefined,
  ): Promise<ModifiedResource | undefined>;

  /**
   * Deletes the resource after `check` accepted its head: memberships on both sides go with it, the groups it was
   * in and the users it managed get a new version (D-16). False when the tenant has no such resource. A user that the
   * application cannot do without is deactivated instead, or refused, by the option `retention.blockedDelete`.
   * @throws DeletionBlocked
   */
  abstract delete(
    type: ResourceType,
    origin: ChangeOrigin,
    id: string,
    check: (head: ResourceHead) => void,
  ): Promise<boolean>;

  /** Members of each group, in the order of their ids. Groups without members are missing from the map. */
  abstract members(
    tenantId: string,
    groupIds: readonly string[],
  ): Promise<ReadonlyMap<string, readonly Member[]>>;

  /** Members of one group in batches, in the order of their ids, with bounded memory. */
  abstract memberBatches(
    tenantId: string,
    groupId: string,
    batchSize: number,
  ): AsyncIterable<readonly Member[]>;

  /** Direct and indirect groups of each user; ends also where groups contain each other in a circle. */
  abstract groupsOf(
    tenantId: string,
    userIds: readonly string[],
  ): Promise<ReadonlyMap<string, readonly GroupMembership[]>>;

  /** displayName of each of these users that exists and has one. */
  abstract displayNames(tenantId: string, userIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
}
