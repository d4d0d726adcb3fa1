import { checkRole, optionMappings } from './roles/role-mapping.js';
import type { ScimOptionsInput } from './scim.module-definition.js';
import { checkBreaker, checkRetention } from './check-deletion-options.js';
import { ScimOptionsError } from './scim-options-error.js';
import { checkLog } from './scim.log.js';
import { SCIM_OPTION_GROUPS, type ScimOptionGroup, ScimOptions, type ScimOutbox } from './scim.options.js';

const GROUPS = Object.entries(SCIM_OPTION_GROUPS) as [ScimOptionGroup, new () => object][];

/** Options whose default is undefined. */
const OPTIONAL = [
  'publicUrl',
  'documentationUri',
  'rateLimit',
  'cursorKey',
  'keepExternalIdOnPut',
  'uniqueGroupNames',
] as const;

/** The same within the groups. */
const OPTIONAL_IN: Readonly<Partial<Record<ScimOptionGroup, readonly string[]>>> = { log: ['hashKey'] };

const SWITCHES = [
  'allowInsecurePublicUrl',
  'publicDiscovery',
  'preparedStatements',
  'interopProfile',
  'pendingMembers',
  'reactivateOnCreate',
  'uniqueExternalId',
  'validateAnswers',
] as const;

/**
 * Merges what the host gave with the defaults, checks it and freezes it.
 *
 * @throws ScimOptionsError naming the option and what to write
 */
export function resolveScimOptions(given: ScimOptionsInput = {}): Readonly<ScimOptions> {
  checkParts(given);
  const options: ScimOptions = { ...new ScimOptions(), ...withoutUndefined(given), ...groupsOf(given) };
  refuseUnknown(options, new ScimOptions(), OPTIONAL, '');
  for (const [name, Group] of GROUPS) {
    refuseUnknown(options[name], new Group(), OPTIONAL_IN[name] ?? [], `${name}.`);
  }
  checkPaging(options);
  checkNumbers(options);
  checkBulk(options);
  checkRetention(options.retention);
  checkBreaker(options.breaker);
  checkRoles(options);
  checkOutbox(options);
  checkLog(options.log);
  checkIdentity(options);
  checkSwitches(options);
  if (options.interopProfile) checkInteropProfile(options);
  checkRealm(options.realm);
  if (!/^[\w .-]+$/.test(options.realm))
    throw new ScimOptionsError('realm', 'must be plain text without quotes.');
  if (options.publicUrl !== undefined)
    options.publicUrl = checkPublicUrl(options.publicUrl, options.allowInsecurePublicUrl);
  if (options.documentationUri !== undefined) checkAddress('documentationUri', options.documentationUri);
  for (const [name] of GROUPS) Object.freeze(options[name]);
  return Object.freeze(options);
}

/** Each group: what the host gave over the defaults. */
function groupsOf(given: ScimOptionsInput): Pick<ScimOptions, ScimOptionGroup> {
  const groups = GROUPS.map(([name, Group]) => [
    name,
    { ...new Group(), ...withoutUndefined(given[name] ?? {}) },
  ]);
  return Object.fromEntries(groups) as Pick<ScimOptions, ScimOptionGroup>;
}

/** What is merged has to be an object, or its parts would be lost without a word. */
function checkParts(given: ScimOptionsInput): void {
  for (const name of [...GROUPS.map(([group]) => group), 'rateLimit'] as const) {
    const part: unknown = given[name];
    if (part !== undefined && (typeof part !== 'object' || part === null || Array.isArray(part))) {
      throw new ScimOptionsError(name, 'must be an object.');
    }
  }
}

/** A text such as 'false' is true in JavaScript: what it switches on would surprise the host. */
function checkSwitches(options: ScimOptions): void {
  for (const name of SWITCHES) {
    if (typeof options[name] !== 'boolean') throw new ScimOptionsError(name, 'must be true or false.');
  }
  for (const name of ['keepExternalIdOnPut', 'uniqueGroupNames'] as const) {
    if (options[name] !== undefined && typeof options[name] !== 'boolean') {
      throw new ScimOptionsError(name, 'must be true, false or left out.');
    }
  }
}

/** What the interop profile asks of a provider besides its rules for requests (sections 6.3, 6.4 and 6.5 there). */
function checkInteropProfile({ features, maxCount }: ScimOptions): void {
  if (!features.patch || !features.filter) {
    throw new ScimOptionsError('interopProfile', 'needs features.patch and features.filter.');
  }
  if (maxCount < 100) throw new ScimOptionsError('interopProfile', 'needs a maxCount of at least 100.');
}

/** The realm stands between quotes in a header (RFC 9110 §11.5). */
function checkRealm(realm: unknown): void {
  if (typeof realm !== 'string' || !/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/.test(realm)) {
    throw new ScimOptionsError(
      'realm',
      'must be a text of visible ASCII characters without quotes or backslashes.',
    );
  }
}

function checkNumbers(options: ScimOptions): void {
  const positive = (name: string, value: unknown): void => {
    if (!Number.isSafeInteger(value) || (value as number) < 1) {
      throw new ScimOptionsError(name, 'must be a whole number of at least 1.');
    }
  };
  positive('defaultCount', options.defaultCount);
  positive('maxCount', options.maxCount);
  positive('scanTimeoutSeconds', options.scanTimeoutSeconds);
  for (const [name, value] of Object.entries(options.limits)) positive(`limits.${name}`, value);
  if (options.limits.bodySeconds > MAX_BODY_SECONDS) {
    throw new ScimOptionsError('limits.bodySeconds', `must be at most ${MAX_BODY_SECONDS}.`);
  }
  for (const [name, value] of Object.entries(options.features)) {
    if (typeof value !== 'boolean') throw new ScimOptionsError(`features.${name}`, 'must be true or false.');
  }
  if (options.rateLimit !== undefined) {
    positive('rateLimit.perSecond', options.rateLimit.perSecond);
    positive('rateLimit.burst', options.rateLimit.burst);
  }
  if (options.defaultCount > options.maxCount) {
    throw new ScimOptionsError(
      'defaultCount',
      `(${options.defaultCount}) must not be greater than maxCount (${options.maxCount}).`,
    );
  }
  if (
    typeof options.tokenCacheSeconds !== 'number' ||
    !(options.tokenCacheSeconds >= 0 && options.tokenCacheSeconds <= 60)
  ) {
    throw new ScimOptionsError(
      'tokenCacheSeconds',
      'must be from 0 to 60: a revoked token lives that long elsewhere.',
    );
  }
}

/** An hour; a timer of Node takes no more than 24 days. */
const MAX_BODY_SECONDS = 3600;

function checkBulk({ bulk, limits }: ScimOptions): void {
  for (const name of ['maxOperations', 'maxPayloadSize'] as const) {
    if (!Number.isSafeInteger(bulk[name]) || bulk[name] < 1) {
      throw new ScimOptionsError(`bulk.${name}`, 'must be a whole number of at least 1.');
    }
  }
  for (const name of ['atomic', 'includeResponses'] as const) {
    if (typeof bulk[name] !== 'boolean') throw new ScimOptionsError(`bulk.${name}`, 'must be true or false.');
  }
  if (bulk.maxOperations > limits.arrayLength) {
    throw new ScimOptionsError(
      'bulk.maxOperations',
      `(${bulk.maxOperations}) must not be greater than limits.arrayLength (${limits.arrayLength}).`,
    );
  }
}

function checkRoles({ roles }: ScimOptions): void {
  const refused = (name: string, check: () => unknown): void => {
    try {
      check();
    } catch (error) {
      throw new ScimOptionsError(`roles.${name}`, error instanceof Error ? error.message : 'is wrong.');
    }
  };
  for (const name of ['mappings', 'protected'] as const) {
    if (!Array.isArray(roles[name])) throw new ScimOptionsError(`roles.${name}`, 'must be a list.');
  }
  refused('mappings', () => optionMappings(roles.mappings));
  refused('protected', () => roles.protected.map(checkRole));
}

function checkOutbox({ outbox }: ScimOptions): void {
  for (const name of ['concurrency', 'tenantConcurrency', 'batch', 'attempts'] as const) {
    if (!Number.isSafeInteger(outbox[name]) || outbox[name] < 1 || outbox[name] > 1000) {
      throw new ScimOptionsError(`outbox.${name}`, 'must be a whole number from 1 to 1000.');
    }
  }
  const times = ['leaseSeconds', 'deliverySeconds', 'firstRetrySeconds', 'lastRetrySeconds', 'retentionDays'];
  for (const name of times as (keyof ScimOutbox & `${string}${'Seconds' | 'Days'}`)[]) {
    const value: unknown = outbox[name];
    if (typeof value !== 'number' || !(value > 0 && value <= MAX_OUTBOX_TIME)) {
      throw new ScimOptionsError(
        `outbox.${name}`,
        `must be a number above 0 and at most ${MAX_OUTBOX_TIME}.`,
      );
    }
  }
  for (const name of ['relay', 'notify'] as const) {
    if (typeof outbox[name] !== 'boolean') {
      throw new ScimOptionsError(`outbox.${name}`, 'must be true or false.');
    }
  }
  if (!Array.isArray(outbox.blocking) || !outbox.blocking.every((one) => typeof one === 'function')) {
    throw new ScimOptionsError('outbox.blocking', 'must be a list of event classes.');
  }
}

/** A day in seconds; and as many days are more than anybody keeps. */
const MAX_OUTBOX_TIME = 86_400;

function checkIdentity({ identity }: ScimOptions): void {
  const { link, adopt, justInTime } = identity;
  const known = { link: ['externalId', 'userName', 'email'], adopt: ['externalId', 'userName'] } as const;
  for (const [name, given] of Object.entries({ link, adopt }) as ['link' | 'adopt', unknown][]) {
    const words: readonly unknown[] = known[name];
    if (!Array.isArray(given) || !given.every((word) => words.includes(word))) {
      throw new ScimOptionsError(`identity.${name}`, `must be a list of ${known[name].join(', ')}.`);
    }
  }
  if (justInTime !== 'off' && justInTime !== 'create') {
    throw new ScimOptionsError('identity.justInTime', 'must be off or create.');
  }
}

function checkPublicUrl(text: unknown, allowInsecure: boolean): string {
  const url = checkAddress('publicUrl', text);
  if (url.search !== '' || url.hash !== '')
    throw new ScimOptionsError('publicUrl', 'must not have a query or fragment.');
  if (url.protocol === 'http:' && process.env['NODE_ENV'] === 'production' && !allowInsecure) {
    // RFC 7644 §7.2: TLS is required.
    throw new ScimOptionsError(
      'publicUrl',
      'must begin with https:// in production (or set allowInsecurePublicUrl).',
    );
  }
  return (url.origin + url.pathname).replace(/\/+$/, '');
}

/** The text is not repeated in what is thrown: an address may carry a password (RFC 7644 §7.1). */
function checkAddress(option: string, text: unknown): URL {
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined;
  if (!url) {
    throw new ScimOptionsError(
      option,
      'must be an absolute address such as https://api.example.com/scim/v2.',
    );
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new ScimOptionsError(option, 'must begin with https://.');
  }
  if (url.username !== '' || url.password !== '')
    throw new ScimOptionsError(option, 'must not carry credentials.');
  return url;
}

function refuseUnknown(given: object, known: object, optional: readonly string[], prefix: string): void {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(known, name) && !optional.includes(name))
      throw new ScimOptionsError(prefix + name, 'is not known.');
  }
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T;
}

/** Less could be guessed from a cursor, which holds a known text. */
const MIN_KEY_BYTES = 16;

function checkPaging({
  cursorKey,
  cursorTimeoutSeconds,
  defaultPagination,
  rootQueryLimit,
}: ScimOptions): void {
  const isSecret = typeof cursorKey === 'string' || cursorKey instanceof Uint8Array;
  if (cursorKey !== undefined && !(isSecret && Buffer.from(cursorKey as string).length >= MIN_KEY_BYTES)) {
    throw new ScimOptionsError('cursorKey', `must be a text or buffer of at least ${MIN_KEY_BYTES} bytes.`);
  }
  const week = 7 * 24 * 3600;
  if (
    !Number.isSafeInteger(cursorTimeoutSeconds) ||
    cursorTimeoutSeconds < 1 ||
    cursorTimeoutSeconds > week
  ) {
    throw new ScimOptionsError('cursorTimeoutSeconds', `must be a whole number from 1 to ${week}.`);
  }
  if (defaultPagination !== 'index' && defaultPagination !== 'cursor') {
    throw new ScimOptionsError('defaultPagination', 'must be index or cursor.');
  }
  if (!Number.isSafeInteger(rootQueryLimit) || rootQueryLimit < 1) {
    throw new ScimOptionsError('rootQueryLimit', 'must be a whole number of at least 1.');
  }
}
