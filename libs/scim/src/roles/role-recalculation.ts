import { Inject, Injectable } from '@nestjs/common';
import type { ChangeTransaction } from '../events/change-guard.js';
import type { ChangeDoor } from '../events/change-origin.js';
import type { EffectiveRole } from '../events/effective-role.js';
import { Outbox } from '../events/outbox.js';
import { sequenceOf } from '../events/scim-event.js';
import { UserRolesChanged } from '../events/user-roles-changed.js';
import { effectiveRoles, GroupGraph } from './effective-roles.js';
import { optionMappings } from './role-mapping.js';
import { RuleBook } from './role-rules.js';
import { ROLE_SETTINGS, type RoleSettings } from './role-settings.js';
import { type GrantedRole, type RoleState, RoleStore, type RoleUser } from './role-store.js';

/** What a recalculation is the consequence of; events tell it on. */
export interface RoleCause {
  readonly connectionId: string | null;
  readonly requestId?: string;
  readonly by: ChangeDoor;
}

/** Users whose roles are worked out in one transaction. */
export const ROLE_BATCH = 500;

interface RoleUpdate {
  readonly state: RoleState;
  readonly granted: readonly string[];
  readonly revoked: readonly string[];
  readonly effective: readonly EffectiveRole[];
}

/**
 * Compares the roles that users have with those that they were last told to have, and tells the difference. It looks at
 * what is true now and not at what happened, so it may be done twice, late or in any order.
 */
@Injectable()
export class RoleRecalculation {
  private readonly book: RuleBook;
  /** By tenant, the last one that was asked for. They would wait for each other in the database, each with a connection. */
  private readonly last = new Map<string, Promise<unknown>>();

  constructor(
    private readonly store: RoleStore,
    private readonly outbox: Outbox,
    @Inject(ROLE_SETTINGS) { roles }: RoleSettings,
  ) {
    this.book = new RuleBook(optionMappings(roles.mappings));
  }

  /**
   * @param userIds at most `ROLE_BATCH`
   * @param beside what commits or fails with it
   * @returns how many users' roles changed
   */
  async run(
    tenantId: string,
    userIds: readonly string[],
    cause: RoleCause,
    beside?: (store: RoleStore, changed: number) => Promise<void>,
  ): Promise<number> {
    const before = this.last.get(tenantId);
    const run = (async () => {
      await before;
      return this.alone(tenantId, userIds, cause, beside);
    })();
    const ended = run.then(nothing, nothing);
    this.last.set(tenantId, ended);
    try {
      return await run;
    } finally {
      if (this.last.get(tenantId) === ended) this.last.delete(tenantId);
    }
  }

  private alone(
    tenantId: string,
    userIds: readonly string[],
    cause: RoleCause,
    beside?: (store: RoleStore, changed: number) => Promise<void>,
  ): Promise<number> {
    return this.store.transaction(async (store, transaction) => {
      const changed = await this.inTransaction(store, transaction, tenantId, [...new Set(userIds)], cause);
      await beside?.(store, changed);
      return changed;
    });
  }

  private async inTransaction(
    store: RoleStore,
    transaction: ChangeTransaction,
    tenantId: string,
    userIds: readonly string[],
    cause: RoleCause,
  ): Promise<number> {
    if (userIds.length === 0) return 0;
    // One after the other, before the memberships are read: whoever comes second sees what the first one saw, or more.
    // The rows alone would not do it: a user who is told something for the first time has none that could be waited for.
    await store.takeTurn(tenantId, 'recalculation', true);
    const states = await store.lockStates(tenantId, userIds);
    const { grants } = await this.book.of(tenantId, store);
    if (grants.size === 0 && states.size === 0) return 0;
    const graph = grants.size === 0 ? new GroupGraph() : await store.graphAbove(tenantId, userIds);
    const updates = userIds.flatMap((userId) => {
      const update = updateOf(userId, states.get(userId), effectiveRoles(userId, graph, grants));
      return update ? [update] : [];
    });
    if (updates.length === 0) return 0;
    const at = new Date().toISOString();
    await store.writeStates(
      tenantId,
      updates.map(({ state }) => state),
      at,
    );
    const told = updates.filter(({ granted, revoked }) => granted.length + revoked.length > 0);
    if (told.length === 0) return 0;
    const users = await store.users(
      tenantId,
      told.map(({ state }) => state.userId),
    );
    const events = told.map((update) =>
      eventOf(update, users.get(update.state.userId), { tenantId, at, cause }),
    );
    await this.outbox.append(events, transaction);
    return told.length;
  }
}

/** Undefined: nothing is different. Other reasons for the same roles are kept and not told. */
function updateOf(
  userId: string,
  before: RoleState | undefined,
  effective: readonly EffectiveRole[],
): RoleUpdate | undefined {
  const now = effective.map(({ role, reasons }): GrantedRole => {
    return { role, via: reasons.map(({ mappingId, group }) => [mappingId, group.id] as const) };
  });
  const was = before?.granted ?? [];
  if (JSON.stringify(was) === JSON.stringify(now)) return undefined;
  const [had, has] = [was, now].map((list) => new Set(list.map(({ role }) => role))) as [
    Set<string>,
    Set<string>,
  ];
  const granted = [...has].filter((role) => !had.has(role));
  const revoked = [...had].filter((role) => !has.has(role));
  const told = granted.length + revoked.length > 0 ? 1 : 0;
  const state = { userId, version: (before?.version ?? 0) + told, granted: now };
  return { state, granted, revoked, effective };
}

function eventOf(
  { state, granted, revoked, effective }: RoleUpdate,
  user: RoleUser | undefined,
  { tenantId, at, cause }: { tenantId: string; at: string; cause: RoleCause },
): UserRolesChanged {
  const head = {
    tenantId,
    connectionId: cause.connectionId,
    resourceType: 'User',
    resourceId: state.userId,
    externalId: user?.externalId,
    name: user?.userName,
    version: state.version,
    sequence: sequenceOf(state.version),
    time: at,
    requestId: cause.requestId,
    by: cause.by,
  };
  return new UserRolesChanged(head, {
    granted,
    revoked,
    effective: effective.map(({ role }) => role),
    roles: effective,
  });
}

function nothing(): void {}
