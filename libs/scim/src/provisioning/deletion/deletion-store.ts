import type { ChangeOrigin } from '../../events/change-origin.js';
import type { ResourceHead } from '../resource-store.js';

/** A resource that was deleted and is still there for the host, without its data. */
export interface DeletedResource {
  readonly tenantId: string;
  readonly id: string;
  /** Name of its resource type, for example `User`. */
  readonly resourceType: string;
  /** userName of a user, displayName of a group; undefined where nothing is retained. */
  readonly name?: string;
  readonly externalId?: string;
  /** Connection whose request deleted it; undefined when the host did. */
  readonly connectionId?: string;
  /** RFC 3339 in UTC, as all times here. */
  readonly deletedAt: string;
  /** When its data is due to go, unless it is held. */
  readonly purgeAfter: string;
  /** When the purge was announced to the host; undefined as long as it can be restored. */
  readonly announcedAt?: string;
  /** Whether a legal hold on it or on its tenant keeps it. */
  readonly held: boolean;
}

/** Which deleted resources to list; all that are given must fit. */
export interface DeletedQuery {
  /** @default all */
  readonly resourceType?: string;
  /** userName or displayName, compared without regard to case. */
  readonly name?: string;
  readonly externalId?: string;
  /** Id of the last resource of the page before. @default from the beginning */
  readonly after?: string;
  /** 1 to 1000. */
  readonly limit: number;
}

/** A legal hold. */
export interface LegalHold {
  /** Id of the resource; undefined: everything of the tenant. */
  readonly id?: string;
  readonly reason?: string;
  readonly heldAt: string;
}

/** How a resource comes back. */
export interface RestoreSettings {
  /** Whether a user may sign in again at once. */
  readonly active: boolean;
  /** Whether it comes back to the groups that it was in, and a group gets its members back: those that are there. */
  readonly memberships: boolean;
  /** A new userName (of a group: displayName), where the old one is taken. @default the old one */
  readonly name?: string;
}

/** What became of a request to restore. */
export type RestoreOutcome =
  | { readonly kind: 'restored'; readonly head: ResourceHead; readonly memberships: number }
  /** The tenant has no such deleted resource. */
  | { readonly kind: 'unknown' }
  /** Nothing was retained, or its purge has been announced. */
  | { readonly kind: 'purged' };

/** What became of a request to purge at once. */
export type ExpediteOutcome = 'due' | 'unknown' | 'held';

/**
 * Where deleted resources wait for their purge. The contract is also the injection token; the tenant is a required
 * argument of every call on behalf of one.
 */
export abstract class DeletionStore {
  abstract find(tenantId: string, id: string): Promise<DeletedResource | undefined>;

  /** In the order of the ids. */
  abstract list(tenantId: string, query: DeletedQuery): Promise<readonly DeletedResource[]>;

  abstract holds(tenantId: string): Promise<readonly LegalHold[]>;

  /**
   * Sets a hold, or changes its reason. When the call returns, no purge removes what it covers.
   * @param id undefined: everything of the tenant
   */
  abstract hold(tenantId: string, id: string | undefined, hold: Omit<LegalHold, 'id'>): Promise<void>;

  /** False when there was no such hold. */
  abstract release(tenantId: string, id: string | undefined): Promise<boolean>;

  /**
   * Makes the resource again under its id, from what was retained.
   * @throws ScimError uniqueness when its userName, or another value that must be unique, is taken
   */
  abstract restore(origin: ChangeOrigin, id: string, settings: RestoreSettings): Promise<RestoreOutcome>;

  /** Makes the resource due now. */
  abstract expedite(tenantId: string, id: string): Promise<ExpediteOutcome>;

  /**
   * Announces the purge of resources that are due and not held: `UserPurgeDue` for users. Each is announced once,
   * however many call this at the same time. Gives how many were, at most `limit`.
   */
  abstract announceDue(limit: number): Promise<number>;

  /**
   * Removes the data of resources that were announced, where nothing waits for the event any more and no hold was set
   * meanwhile. Gives how many were removed, at most `limit`.
   */
  abstract removeAnnounced(limit: number): Promise<number>;
}
