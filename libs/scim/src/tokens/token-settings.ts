/** Injection token of `TokenSettings`. */
export const TOKEN_SETTINGS = Symbol('scim.tokens.settings');

/** What the token service needs of the module's options. */
export interface TokenSettings {
  /** Seconds for which a verified token is remembered in this process; 0 looks it up each time. */
  readonly tokenCacheSeconds: number;
}
