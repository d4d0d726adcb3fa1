/** Injection token of `RetentionSettings`. */
export const RETENTION_SETTINGS = Symbol('scim.retention.settings');

/** What the purge worker needs of the module's options. */
export interface RetentionSettings {
  readonly purge: boolean;
  readonly purgeIntervalSeconds: number;
  readonly purgeBatch: number;
}
