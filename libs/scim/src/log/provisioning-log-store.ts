import type { LogEntry } from './log-entry.js';

/** Which entries; everything that is given must hold. Newest first. */
export interface LogSelection {
  /** Undefined: entries without tenant. */
  readonly tenantId: string | undefined;
  readonly connectionId?: string;
  readonly resourceType?: string;
  readonly resourceId?: string;
  readonly requestId?: string;
  /** First digit of the status; 0: gaps. */
  readonly statusClass?: number;
  /** Least id. */
  readonly from?: string;
  /** Ids below this one only. */
  readonly below?: string;
  readonly limit: number;
}

/**
 * Where the provisioning log is kept. The contract is also the injection token. The tenant is an argument of every
 * read and no read reaches beyond it; entries without a tenant are a tenant of their own.
 */
export abstract class ProvisioningLogStore {
  /**
   * Adds entries in one statement, all or none; those that are there already, from an attempt whose outcome was not
   * known, are left alone.
   * @throws ScimError unavailable; any other error is about one of the entries, or about the table
   */
  abstract append(entries: readonly LogEntry[]): Promise<void>;

  abstract select(selection: LogSelection): Promise<readonly LogEntry[]>;

  abstract find(tenantId: string | undefined, id: string): Promise<LogEntry | undefined>;

  /** Tenants that have entries, in the order of their ids, after the given one; those without tenant come first. */
  abstract tenantAfter(
    tenantId: string | undefined | null,
  ): Promise<{ readonly tenantId: string | undefined } | undefined>;

  /** Deletes entries of one tenant with ids below `below`, the oldest first and at most `limit`. Tells how many. */
  abstract prune(tenantId: string | undefined, below: string, limit: number): Promise<number>;
}
