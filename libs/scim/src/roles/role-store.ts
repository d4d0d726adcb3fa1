import type { ChangeTransaction } from '../events/change-guard.js';
import type { GroupGraph } from './effective-roles.js';
import type { GroupBinding, GroupIdentity } from './group-binding.js';
import type { RoleMapping } from './role-mapping.js';

/** What a tenant has of its own: mappings, and what all mappings are bound to, those of the options too. */
export interface StoredRules {
  readonly mappings: readonly RoleMapping[];
  readonly bindings: readonly GroupBinding[];
}

/** A role that a user was last told to have, and why. */
export interface GrantedRole {
  readonly role: string;
  /** Mapping and group of each reason. */
  readonly via: readonly (readonly [mappingId: string, groupId: string])[];
}

/** What a user was last told to have. */
export interface RoleState {
  readonly userId: string;
  /** Counts what the user was told, from 1. */
  readonly version: number;
  readonly granted: readonly GrantedRole[];
}

/** A user as events name them. */
export interface RoleUser {
  readonly id: string;
  readonly userName: string;
  readonly externalId: string | undefined;
}

export interface RoleHolder {
  readonly userId: string;
  readonly userName: string;
}

/** Which users a recalculation is for: all of a tenant, or those in a group and in the groups inside it. */
export type RoleJobScope = { readonly kind: 'tenant' } | { readonly kind: 'group'; readonly groupId: string };

/** A recalculation in the background. */
export interface RoleJob {
  readonly tenantId: string;
  readonly id: string;
  readonly scope: RoleJobScope;
  /** Where it is; opaque, empty at the start. */
  readonly position: string;
  /** Users looked at; one who is in several groups counts for each. */
  readonly done: number;
  /** Users that it is expected to look at. */
  readonly total: number;
  /** Users whose roles changed by it. */
  readonly changed: number;
  readonly createdAt: string;
  /** Undefined: not finished. */
  readonly finishedAt: string | undefined;
}

/** Some users of a job. */
export interface RoleJobPage {
  readonly userIds: readonly string[];
  /** Where the next page begins; undefined behind the last. */
  readonly next: string | undefined;
}

/** Whom a set of groups makes holders: everybody in them, or only those whom another set does not reach. */
export interface HolderDifference {
  readonly groups: readonly string[];
  readonly without: readonly string[];
}

/**
 * Where mappings, bindings and the state of roles are kept. The contract is also the injection token. The tenant is a
 * required argument of every call and no call reaches beyond it.
 */
export abstract class RoleStore {
  /** Runs `work` on a store of which all calls are part of one transaction; done again when it loses against another. */
  abstract transaction<T>(work: (store: RoleStore, transaction: ChangeTransaction) => Promise<T>): Promise<T>;

  /** The same store, with all calls inside an open transaction. */
  abstract within(transaction: ChangeTransaction): RoleStore;

  /**
   * Waits for other transactions that took a turn in this tenant: `alone` for all of them, else for those that are
   * alone. Held until the transaction ends.
   */
  abstract takeTurn(
    tenantId: string,
    kind: 'bindings' | 'holders' | 'recalculation',
    alone: boolean,
  ): Promise<void>;

  /** One statement. */
  abstract rules(tenantId: string): Promise<StoredRules>;

  abstract addMapping(tenantId: string, mapping: RoleMapping): Promise<void>;

  /** With its bindings. */
  abstract removeMapping(tenantId: string, mappingId: string): Promise<void>;

  /** Writes bindings; a slot that is taken stays as it is. */
  abstract bind(tenantId: string, bindings: readonly GroupBinding[]): Promise<void>;

  /** @param groupId only what is bound to it @default all bindings of the mapping */
  abstract unbind(tenantId: string, mappingId: string, groupId?: string): Promise<void>;

  /** Groups that at least one of the mappings matches by id, name or externalId, the oldest first; perhaps a few more. */
  abstract groupsFor(tenantId: string, mappings: readonly RoleMapping[]): Promise<readonly GroupIdentity[]>;

  /**
   * The groups above users: all that they are in, directly or through others. Users that are deactivated or unknown have
   * none. Two statements, however many users.
   */
  abstract graphAbove(tenantId: string, userIds: readonly string[]): Promise<GroupGraph>;

  /** The groups and all groups that they are in, directly or through others. */
  abstract groupsAbove(tenantId: string, groupIds: readonly string[]): Promise<readonly string[]>;

  /** Of the ids those of groups that there are, with their names. */
  abstract groupNames(tenantId: string, groupIds: readonly string[]): Promise<ReadonlyMap<string, string>>;

  /** Active users in the groups or in groups inside them, in the order of their ids, those after `after` only. */
  abstract holders(
    tenantId: string,
    groupIds: readonly string[],
    after: string,
    limit: number,
  ): Promise<readonly RoleHolder[]>;

  /** Whether one of the users is active, or one of the groups, or of those inside them, has an active user. */
  abstract anyActive(
    tenantId: string,
    userIds: readonly string[],
    groupIds: readonly string[],
  ): Promise<boolean>;

  /** How many active users are in the one set of groups (or inside them) and not in the other. */
  abstract countDifference(tenantId: string, difference: HolderDifference): Promise<number>;

  /** Some of them, in the order of their ids. */
  abstract sampleDifference(
    tenantId: string,
    difference: HolderDifference,
    limit: number,
  ): Promise<readonly RoleHolder[]>;

  /** A user by id, or by userName; deactivated ones too. */
  abstract findUser(
    tenantId: string,
    idOrUserName: string,
  ): Promise<(RoleHolder & { active: boolean }) | undefined>;

  /** Names of users for events; those that there are. */
  abstract users(tenantId: string, userIds: readonly string[]): Promise<ReadonlyMap<string, RoleUser>>;

  /** What users were told, locked until the transaction ends. Those that were never told anything are missing. */
  abstract lockStates(tenantId: string, userIds: readonly string[]): Promise<ReadonlyMap<string, RoleState>>;

  /**
   * Writes states in the place of those that were locked.
   * @throws ScimError uniqueness when another transaction told a user something for the first time meanwhile
   */
  abstract writeStates(tenantId: string, states: readonly RoleState[], at: string): Promise<void>;

  /** Begins a recalculation, unless the same one waits and has not begun. */
  abstract addJob(job: RoleJob): Promise<void>;

  /** Jobs of a tenant, the newest first. */
  abstract jobs(tenantId: string, limit: number): Promise<readonly RoleJob[]>;

  /** Takes the oldest unfinished job that nobody works on, of any tenant. */
  abstract claimJob(owner: string, now: string, until: string): Promise<RoleJob | undefined>;

  /** Notes the progress of a job that the owner holds, and prolongs that. False: it does not hold it any more. */
  abstract keepJob(owner: string, job: RoleJob, until: string): Promise<boolean>;

  /** Gives a job back that is not finished. */
  abstract releaseJob(owner: string, job: RoleJob): Promise<void>;

  /** Deletes jobs finished before that time. */
  abstract deleteFinishedJobs(tenantId: string, before: string): Promise<void>;

  abstract jobPage(
    tenantId: string,
    scope: RoleJobScope,
    position: string,
    limit: number,
  ): Promise<RoleJobPage>;

  /** How many users a job is for. */
  abstract jobSize(tenantId: string, scope: RoleJobScope): Promise<number>;

  /** The first tenant behind `after` that has a group; undefined when there is none. */
  abstract nextTenant(after: string): Promise<string | undefined>;

  /** Which mappings of the options the tenant was last brought up to date with. */
  abstract fingerprint(tenantId: string): Promise<string | undefined>;
  abstract setFingerprint(tenantId: string, fingerprint: string): Promise<void>;
}
