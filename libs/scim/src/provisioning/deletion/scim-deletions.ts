import { Injectable, Optional } from '@nestjs/common';
import { ScimError } from '../../protocol/error/scim-error.js';
import type { ResourceHead } from '../resource-store.js';
import { ScimDeletionError } from './deletion-error.js';
import { type DeletedQuery, type DeletedResource, DeletionStore, type LegalHold } from './deletion-store.js';
import { PurgeWorker } from './purge-worker.js';

/** Which deleted resources to list. */
export type ListDeleted = Omit<DeletedQuery, 'limit'> & {
  /** 1 to 1000. @default 100 */
  readonly limit?: number;
};

/** How a resource comes back. */
export interface RestoreDeleted {
  /** Whether a user may sign in again at once. @default false */
  readonly active?: boolean;
  /** Whether the memberships come back, as far as both sides are there. @default false */
  readonly memberships?: boolean;
  /** A new userName (of a group: displayName), where the old one is taken. @default the old one */
  readonly name?: string;
}

/** A resource that came back. */
export interface RestoredResource {
  readonly head: ResourceHead;
  /** Memberships that came back. */
  readonly memberships: number;
}

const LONGEST_REASON = 255;
const LONGEST_NAME = 512;
const LONGEST_ID = 36;
const MOST_LISTED = 1000;

/**
 * Deleted resources, as long as their data is retained: seen, held, restored, purged. There is no HTTP route to it; no
 * SCIM request reaches what was deleted.
 */
@Injectable()
export class ScimDeletions {
  constructor(
    private readonly store: DeletionStore,
    @Optional() private readonly worker?: PurgeWorker,
  ) {}

  /** In the order of their ids, page by page: `after` takes the id of the last one. @throws ScimDeletionError */
  async list(tenantId: string, query: ListDeleted = {}): Promise<readonly DeletedResource[]> {
    const { limit = 100 } = query;
    if (!Number.isSafeInteger(limit) || limit < 1 || limit > MOST_LISTED) {
      throw new ScimDeletionError('invalidQuery', `limit is a whole number from 1 to ${MOST_LISTED}.`);
    }
    return this.store.list(tenantId, { ...query, limit });
  }

  /** Undefined when the tenant has no such deleted resource, or its data has gone. */
  show(tenantId: string, id: string): Promise<DeletedResource | undefined> {
    return this.store.find(tenantId, id);
  }

  /** The legal holds of a tenant. */
  holds(tenantId: string): Promise<readonly LegalHold[]> {
    return this.store.holds(tenantId);
  }

  /**
   * Keeps data from being purged until the hold is released.
   *
   * @param id of a resource, deleted or not; undefined: everything of the tenant
   * @param reason for people, at most 255 characters
   * @throws ScimDeletionError invalidId, invalidReason
   */
  async hold(tenantId: string, id?: string, reason?: string): Promise<void> {
    // A text that is no id would hold nothing, or stand for everything.
    if (id !== undefined && (!/^[\w.-]+$/.test(id) || id.length > LONGEST_ID)) {
      throw new ScimDeletionError('invalidId', 'This is no id of a resource.');
    }
    if (reason !== undefined && (reason.length > LONGEST_REASON || /\p{Cc}/u.test(reason))) {
      throw new ScimDeletionError(
        'invalidReason',
        `A reason has at most ${LONGEST_REASON} characters and no control characters.`,
      );
    }
    await this.store.hold(tenantId, id, { reason, heldAt: new Date().toISOString() });
  }

  /**
   * What is overdue then is purged by the next run of the worker. Of a resource and its tenant each has a hold of its
   * own: the data is kept until both are released.
   * @throws ScimDeletionError unknownHold
   */
  async release(tenantId: string, id?: string): Promise<void> {
    if (!(await this.store.release(tenantId, id))) {
      throw new ScimDeletionError('unknownHold', 'There is no such hold.');
    }
  }

  /**
   * Brings a deleted resource back under its id. A user is inactive afterwards and without a password, unless `active`
   * says otherwise of the first.
   *
   * @throws ScimDeletionError unknownResource, alreadyPurged, nameTaken, invalidName
   */
  async restore(tenantId: string, id: string, settings: RestoreDeleted = {}): Promise<RestoredResource> {
    const { active = false, memberships = false, name } = settings;
    if (name !== undefined && (name.trim() === '' || name.length > LONGEST_NAME || /\p{Cc}/u.test(name))) {
      throw new ScimDeletionError(
        'invalidName',
        `A name has 1 to ${LONGEST_NAME} characters and no control characters.`,
      );
    }
    try {
      const outcome = await this.store.restore({ tenantId, connectionId: null, by: 'host' }, id, {
        active,
        memberships,
        name,
      });
      switch (outcome.kind) {
        case 'restored':
          return { head: outcome.head, memberships: outcome.memberships };
        case 'unknown':
          throw unknownResource();
        case 'purged':
          throw new ScimDeletionError(
            'alreadyPurged',
            'The data of the resource is purged or about to be; it cannot be restored.',
          );
      }
    } catch (error) {
      if (!(error instanceof ScimError) || error.scimType !== 'uniqueness') throw error;
      throw new ScimDeletionError(
        'nameTaken',
        `${error.detail} Give that one another value, or restore under a new name.`,
        { cause: error },
      );
    }
  }

  /**
   * Ends the retention of a resource. The host hears `UserPurgeDue` as for every other; when its handlers have done
   * their part, the data goes.
   * @throws ScimDeletionError unknownResource, held
   */
  async purgeNow(tenantId: string, id: string): Promise<void> {
    const outcome = await this.store.expedite(tenantId, id);
    if (outcome === 'unknown') throw unknownResource();
    if (outcome === 'held') {
      throw new ScimDeletionError('held', 'A legal hold keeps the resource; release it first.');
    }
    this.worker?.nudge();
  }
}

function unknownResource(): ScimDeletionError {
  return new ScimDeletionError('unknownResource', 'The tenant has no such deleted resource.');
}
