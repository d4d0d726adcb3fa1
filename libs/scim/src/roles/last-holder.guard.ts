import { Inject, Injectable } from '@nestjs/common';
import { ChangeGuard, type ChangeTransaction } from '../events/change-guard.js';
import { endsAccess } from '../events/events-of.js';
import type { ResourceChange } from '../events/resource-change.js';
import { ScimError } from '../protocol/error/scim-error.js';
import { optionMappings } from './role-mapping.js';
import { type RoleRules, RuleBook } from './role-rules.js';
import { ROLE_SETTINGS, type RoleSettings } from './role-settings.js';
import { RoleStore } from './role-store.js';

const REMEDY =
  'Give the role to another user first, in the directory; then the provider can repeat the request.';

/** Who and what a change takes out of groups. */
interface Departure {
  /** Groups that somebody left, and groups that are gone. */
  readonly groups: readonly string[];
  /** Users that left, were deactivated or deleted. */
  readonly users: readonly string[];
  /** Users of these that are certain to have been active before. */
  readonly wereActive: readonly string[];
  /** Groups that left a group. */
  readonly subgroups: readonly string[];
}

/**
 * Refuses changes by SCIM after which nobody active would have a protected role: an identity provider cannot lock the
 * customer's last administrator out. It answers 409 without scimType: the request conflicts with the state of the
 * directory, and the same request works once somebody else has the role (RFC 9110 §15.5.10); `uniqueness`, the only word
 * for 409, would make clients look for a duplicate.
 */
@Injectable()
export class LastHolderGuard extends ChangeGuard {
  private readonly book: RuleBook;
  private readonly protectedRoles: readonly string[];

  constructor(
    private readonly store: RoleStore,
    @Inject(ROLE_SETTINGS) { roles }: RoleSettings,
  ) {
    super();
    this.book = new RuleBook(optionMappings(roles.mappings));
    this.protectedRoles = roles.protected;
  }

  override concerns(changes: readonly ResourceChange[]): boolean {
    if (this.protectedRoles.length === 0) return false;
    const { groups, users } = departureOf(changes);
    return groups.length > 0 || users.length > 0;
  }

  /** @throws ScimError 409 */
  override async check(changes: readonly ResourceChange[], transaction: ChangeTransaction): Promise<void> {
    const departure = departureOf(changes);
    const [first] = changes;
    if (!first) return;
    const { tenantId } = first.origin;
    const store = this.store.within(transaction);
    const rules = await this.book.of(tenantId, store);
    const touched = await this.touchedRoles(tenantId, departure, rules, store);
    if (touched.length === 0) return;
    // Two that take the last two holders away at once would each see the other one.
    await store.takeTurn(tenantId, 'holders', true);
    for (const role of touched) await this.refuseEmpty(tenantId, role, departure, rules, store);
  }

  /** Protected roles that the change may take from somebody. */
  private async touchedRoles(
    tenantId: string,
    { groups, users }: Departure,
    rules: RoleRules,
    store: RoleStore,
  ): Promise<string[]> {
    const candidates = this.protectedRoles.filter((role) => rules.groupsOfRole(role).length > 0);
    if (candidates.length === 0) return [];
    const above = new Set(await store.groupsAbove(tenantId, [...groups, ...users]));
    return candidates.filter((role) => rules.groupsOfRole(role).some((id) => above.has(id)));
  }

  private async refuseEmpty(
    tenantId: string,
    role: string,
    { users, wereActive, subgroups }: Departure,
    rules: RoleRules,
    store: RoleStore,
  ): Promise<void> {
    const groups = rules.groupsOfRole(role);
    if (await store.anyActive(tenantId, [], groups)) return;
    // Where nobody active goes, nobody is locked out: the role had no active holder before.
    if (wereActive.length === 0 && !(await store.anyActive(tenantId, users, subgroups))) return;
    throw new ScimError(
      409,
      undefined,
      'This would leave nobody with a role that must always be held by somebody active; give it to another user first.',
      { remedy: REMEDY },
    );
  }
}

/** By SCIM only: the application itself may do what it likes. */
function departureOf(changes: readonly ResourceChange[]): Departure {
  const groups: string[] = [];
  const users: string[] = [];
  const wereActive: string[] = [];
  const subgroups: string[] = [];
  for (const change of changes.filter(({ origin }) => origin.by === 'scim')) {
    if (endsAccess(change)) {
      users.push(change.id);
      if (change.before?.['active'] !== false) wereActive.push(change.id);
    }
    const removed = change.members?.removed ?? [];
    if (removed.length > 0) groups.push(change.id);
    for (const { id, type } of removed) (type === 'Group' ? subgroups : users).push(id);
  }
  return { groups, users, wereActive, subgroups };
}
