/** Wakes somebody up. */
export abstract class Pager {
  abstract page(text: string): Promise<void>;
}

// #region tripped
import { Injectable } from '@nestjs/common';
import { ConnectionTripped, OnScimEvent, type ScimBreaker } from 'nestjs-scim';

@Injectable()
export class MassLossAlarm {
  constructor(private readonly pager: Pager) {}

  @OnScimEvent(ConnectionTripped)
  async alarm({ tenantId, connectionId, affected, active }: ConnectionTripped): Promise<void> {
    const text = `${tenantId}: connection ${connectionId} wanted ${affected} of ${active} users out`;
    await this.pager.page(text);
  }
}
// #endregion tripped

// #region release
/** The customer has confirmed that a third of the company leaves today. */
export async function release(breaker: ScimBreaker, tenantId: string): Promise<void> {
  for (const { connectionId, trippedAt } of await breaker.list(tenantId)) {
    if (trippedAt) await breaker.release(tenantId, connectionId, { suspendSeconds: 4 * 3600 });
  }
}
// #endregion release
