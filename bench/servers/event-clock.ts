import { Injectable } from '@nestjs/common';
import { OnScimEvent, UserCreated } from 'nestjs-scim';
import type { DeliveredEvents, EventRecorder } from './server-messages.js';

/** Listens as an application does and notes when what arrived. */
@Injectable()
export class EventClock implements EventRecorder {
  private readonly arrivals = new Map<string, bigint>();
  private deliveries = 0;
  private firstAt = 0n;

  @OnScimEvent(UserCreated)
  note(event: UserCreated): void {
    const now = process.hrtime.bigint();
    if (this.deliveries++ === 0) this.firstAt = now;
    if (!this.arrivals.has(event.resourceId)) this.arrivals.set(event.resourceId, now);
  }

  tell(of: readonly string[]): DeliveredEvents {
    return {
      users: this.arrivals.size,
      deliveries: this.deliveries,
      firstAt: milliseconds(this.firstAt),
      arrivals: of.map((id) => {
        const at = this.arrivals.get(id);
        return at === undefined ? null : milliseconds(at);
      }),
    };
  }
}

function milliseconds(time: bigint): number {
  return Number(time) / 1e6;
}
