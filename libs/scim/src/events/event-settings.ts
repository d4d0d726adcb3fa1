import type { ScimEventClass } from './scim-event-class.js';

/** Injection token of the relay's settings. */
export const EVENT_SETTINGS = Symbol('scim.events.settings');

/** How events are delivered; the options `outbox` of the module. */
export interface EventSettings {
  readonly outbox: {
    readonly relay: boolean;
    readonly concurrency: number;
    readonly tenantConcurrency: number;
    readonly batch: number;
    readonly leaseSeconds: number;
    readonly deliverySeconds: number;
    readonly attempts: number;
    readonly firstRetrySeconds: number;
    readonly lastRetrySeconds: number;
    readonly blocking: readonly ScimEventClass[];
    readonly retentionDays: number;
    readonly notify: boolean;
  };
}
