import { type LoggedRequest, type LogQuery, ScimLog } from 'nestjs-scim';
import type { BootSettings, ScimApp } from './scim-app.js';

/** Entries are written this late, so that a test sees them only when it asks for it. */
export const NEVER = { flushMilliseconds: 60_000 } as const;

/** The log of a running application. */
export class LogOf {
  readonly log: ScimLog;

  constructor(scim: ScimApp) {
    this.log = scim.app.get(ScimLog, { strict: false });
  }

  /** Entries of the tenant, newest first, after everything that waits has been written. */
  async entries(query: Partial<LogQuery> = {}): Promise<readonly LoggedRequest[]> {
    await this.log.flush();
    const { entries } = await this.log.list({ tenantId: 'acme', limit: 500, ...query });
    return entries;
  }

  /** The entry of a request, by what the client got in X-Request-Id. */
  async of(
    reply: { headers: Record<string, unknown> },
    tenantId: string | null = 'acme',
  ): Promise<LoggedRequest> {
    const requestId = reply.headers['x-request-id'] as string;
    // The answer reaches the client before the server hears that it was sent.
    for (let attempt = 0; attempt < 50; attempt++) {
      const entry = (await this.entries({ tenantId, requestId })).find(({ kind }) => kind === 'request');
      if (entry) return entry;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`There is no entry of the request ${requestId}.`);
  }
}

/** Options of an application whose log is written only on demand. */
export function logging(log: object = {}): NonNullable<BootSettings['scim']> {
  return { log: { ...NEVER, ...log } };
}
