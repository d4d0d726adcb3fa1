import type { BreakerRules } from './breaker-window.js';

/** What the breaker needs of the module's options. */
export interface BreakerSettings extends BreakerRules {
  readonly enabled: boolean;
  readonly retryAfterSeconds: number;
}
