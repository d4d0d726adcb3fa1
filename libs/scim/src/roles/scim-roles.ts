import { Inject, Injectable } from '@nestjs/common';
import type { EffectiveRole } from '../events/effective-role.js';
import { effectiveRoles } from './effective-roles.js';
import { checkTenant, optionMappings } from './role-mapping.js';
import { RuleBook } from './role-rules.js';
import { ROLE_SETTINGS, type RoleSettings } from './role-settings.js';
import { ScimRoleError } from './role-error.js';
import { type RoleHolder, RoleStore } from './role-store.js';

/** Whose roles are asked for. */
export interface RoleQuestion {
  readonly tenantId: string;
  /** Id of the SCIM user. */
  readonly userId: string;
}

/** A user with roles and reasons, for people. */
export interface ExplainedRoles extends RoleHolder {
  /** False: deactivated, and so without roles. */
  readonly active: boolean;
  readonly roles: readonly EffectiveRole[];
}

export interface HolderPageRequest {
  /** The `next` of the page before. @default the first page */
  readonly after?: string;
  /** 1 to 1000. @default 100 */
  readonly limit?: number;
}

export interface HolderPage {
  readonly holders: readonly RoleHolder[];
  /** For the page behind it; undefined on the last. */
  readonly next: string | undefined;
}

const LARGEST_PAGE = 1000;
/** Ids of groups and users are no longer. */
const LONGEST_ID = 64;

/**
 * The roles of users, worked out from the memberships as they are at this moment: what a request of an identity provider
 * changed is true for the next call. Nothing is remembered, so ask once a request.
 */
@Injectable()
export class ScimRoles {
  private readonly book: RuleBook;

  constructor(
    private readonly store: RoleStore,
    @Inject(ROLE_SETTINGS) { roles }: RoleSettings,
  ) {
    this.book = new RuleBook(optionMappings(roles.mappings));
  }

  /**
   * All roles of a user with their reasons, the one of the greatest priority first. None for a user that is deactivated
   * or unknown. Three statements, whatever the number of groups and mappings.
   */
  async of({ tenantId, userId }: RoleQuestion): Promise<readonly EffectiveRole[]> {
    if (userId.length > LONGEST_ID) return [];
    const rules = await this.book.of(tenantId, this.store);
    if (rules.grants.size === 0) return [];
    return effectiveRoles(userId, await this.store.graphAbove(tenantId, [userId]), rules.grants);
  }

  /** Whether a user has at least one of the roles. */
  async has(question: RoleQuestion, ...roles: readonly string[]): Promise<boolean> {
    const effective = await this.of(question);
    return effective.some(({ role }) => roles.includes(role));
  }

  /**
   * The same for a user that somebody names.
   *
   * @param idOrUserName id of the SCIM user, or its userName
   * @throws ScimRoleError invalidTenant, unknownUser
   */
  async explain(tenantId: string, idOrUserName: string): Promise<ExplainedRoles> {
    const user = await this.store.findUser(checkTenant(tenantId), idOrUserName);
    if (!user) throw new ScimRoleError('unknownUser', 'The tenant has no user with this id or userName.');
    return { ...user, roles: await this.of({ tenantId, userId: user.userId }) };
  }

  /** The active users that have a role, page by page in the order of their ids. */
  async holders(tenantId: string, role: string, request: HolderPageRequest = {}): Promise<HolderPage> {
    const limit = Math.min(Math.max(1, Math.trunc(request.limit ?? 100)), LARGEST_PAGE);
    const rules = await this.book.of(checkTenant(tenantId), this.store);
    const groups = rules.groupsOfRole(role);
    if (groups.length === 0) return { holders: [], next: undefined };
    const found = await this.store.holders(tenantId, groups, request.after ?? '', limit + 1);
    const holders = found.slice(0, limit);
    return { holders, next: found.length > limit ? holders.at(-1)?.userId : undefined };
  }
}
