/** Injection token of `LogSettings`. */
export const LOG_SETTINGS = Symbol('scim.log.settings');

/** How much of a value the log keeps. */
export type LogValues = 'none' | 'hashed' | 'full';

/** What the log needs of the module's options. */
export interface LogSettings {
  readonly enabled: boolean;
  readonly values: LogValues;
  /** Undefined: a key of this process. */
  readonly hashKey?: string | Uint8Array;
  readonly reads: boolean;
  readonly retentionDays: number;
  readonly bufferSize: number;
  readonly batchSize: number;
  readonly flushMilliseconds: number;
  readonly anonymousPerMinute: number;
}
