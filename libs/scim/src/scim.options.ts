import type { OptionRoleMapping } from './roles/role-mapping.js';
import type { ScimEventClass } from './events/scim-event-class.js';
import { UserDeactivated } from './events/user-deactivated.js';

/**
 * Limits of one request, and of how many there are. Everything over a limit is refused with a SCIM error that names it
 * (security defaults).
 */
export class ScimLimits {
  /** Request body in bytes. @default 1 MiB */
  bodyBytes = 1024 * 1024;
  /** Seconds in which a request body has to come; over it: 408. At most 3600. @default 30 */
  bodySeconds = 30;
  /** Nesting of JSON in a body. @default 32 */
  jsonDepth = 32;
  /** Members of one JSON object. @default 1000 */
  jsonKeys = 1000;
  /** Elements of one JSON array. @default 10000 */
  arrayLength = 10_000;
  /** Characters of a filter. @default 4096 */
  filterLength = 4096;
  /** Nesting of a filter. @default 32 */
  filterDepth = 32;
  /** Comparisons in a filter. @default 200 */
  filterTerms = 200;
  /** Operations of one PATCH. @default 1000 */
  patchOperations = 1000;
  /** Characters of a PATCH path. @default 1024 */
  pathLength = 1024;
  /** Characters of a literal in a filter. @default 1024 */
  filterValueLength = 1024;
  /** Members of a group in one request. @default 10000 */
  members = 10_000;
  /** Elements of one multi-valued attribute (not group members). @default 200 */
  values = 200;
  /** Characters of a string attribute. @default 1024 */
  stringLength = 1024;
  /** Names in attributes or excludedAttributes. @default 100 */
  attributeNames = 100;
  /**
   * SCIM requests of one process under way at the same time: those that hold a connection of the database and those
   * that queue for one. Up to it requests only take longer; one more is answered 503 with Retry-After at once, without
   * a look at its body, its token or the database.
   *
   * The last in the queue waits about `concurrentRequests / connections of the pool × time that a request holds one`:
   * with the default, the 10 connections of node-postgres and 20 ms for a write 2 seconds, and even with 250 ms for a
   * request still less than the 30 seconds after which the first providers give up. More would fill the queue with
   * requests whose senders have gone; fewer would refuse a first synchronisation of many customers, which a little
   * patience serves. Each may keep a body of `bodyBytes` in memory.
   * @default 1000
   */
  concurrentRequests = 1000;
}

/** Optional parts of the protocol; ServiceProviderConfig says what is on. */
export class ScimFeatures {
  /** PATCH; off: 501. @default true */
  patch = true;
  /** The filter parameter; off: 400 invalidFilter. @default true */
  filter = true;
  /** sortBy and sortOrder; off: ignored. @default true */
  sort = true;
  /** Entity tags and preconditions; off: no ETag, preconditions ignored. @default true */
  etag = true;
  /** Queries over all resource types at the base address, and POST `.search` there; off: 501. @default true */
  rootQuery = true;
  /** Bulk; off: 501. @default true */
  bulk = true;
}

/** Bulk requests; the limits are announced in ServiceProviderConfig. */
export class ScimBulk {
  /** Operations of one request; at most `limits.arrayLength`. @default 1000 */
  maxOperations = 1000;
  /** Body of one request in bytes, enforced while it is read. @default 5 MiB */
  maxPayloadSize = 5 * 1024 * 1024;
  /**
   * Run each request in one transaction: when an operation fails, none is applied. The RFC wants the operations to be
   * independent of each other, and clients expect it. @default false
   */
  atomic = false;
  /** Put the resource into the result of an operation that succeeded. @default false */
  includeResponses = false;
}

/** What is kept of deleted resources, and for how long. */
export class ScimRetention {
  /** Days for which the data of a deleted resource is kept for the host; 0: it goes at once. 0 to 3650. @default 30 */
  days = 30;
  /**
   * What becomes of the DELETE of a user that the application cannot do without (`DeletionBlocked`, or a foreign key of
   * its tables). `deactivate`: 204, and the user is deactivated, so that access ends in any case; `refuse`: 409.
   * @default 'deactivate'
   */
  blockedDelete: 'deactivate' | 'refuse' = 'deactivate';
  /** Whether this process purges what is due; at least one process has to. @default true */
  purge = true;
  /** Seconds between two looks for what is due. 1 to 86400. @default 300 */
  purgeIntervalSeconds = 300;
  /** Resources purged in one transaction. 1 to 1000. @default 100 */
  purgeBatch = 100;
}

/** When a connection that takes access from many users is stopped. */
export class ScimBreakerRules {
  /** @default true */
  enabled = true;
  /** Share of the tenant's active users who may lose access within the window. Above 0, at most 1. @default 0.3 */
  share = 0.3;
  /** Users who may lose access whatever the share is, so that a small tenant is never stopped. @default 100 */
  minimum = 100;
  /** Length of the window in seconds. 60 to 604800. @default 3600 */
  windowSeconds = 3600;
  /** What the 429 says in Retry-After. 1 to 86400. @default 300 */
  retryAfterSeconds = 300;
}

/** From groups to roles. Mappings of single tenants can also be administered by `ScimRoleMappings`. */
export class ScimRoleOptions {
  /** Groups that give roles, in every tenant or in one. @default [] */
  mappings: readonly OptionRoleMapping[] = [];
  /** Roles whose last active holder SCIM cannot take away in a tenant: 409. @default [] */
  protected: readonly string[] = [];
}

/** Delivery of events after the commit. */
export class ScimOutbox {
  /**
   * Whether this process delivers events. Off where another one does it, a worker for example: then only there do
   * `@OnScimEvent` methods and publishers run. At least one process must. @default true
   */
  relay = true;
  /**
   * Resources whose events this process delivers at the same time; never more than three quarters of the connections of
   * the pool (7 of the 10 that node-postgres has by default). @default 16
   */
  concurrency = 16;
  /** The same of one tenant, so that a slow or failing one leaves room to the others. @default 4 */
  tenantConcurrency = 4;
  /** About as many events of one resource are taken at a time. @default 25 */
  batch = 25;
  /** Seconds after which another process takes over what a dead one had taken. @default 30 */
  leaseSeconds = 30;
  /** Seconds for one method or publisher to take one event; over it, it has failed. @default 30 */
  deliverySeconds = 30;
  /** Attempts until an event is given up and kept as dead. @default 20 */
  attempts = 20;
  /** Most seconds until the second attempt; doubles from attempt to attempt. @default 1 */
  firstRetrySeconds = 1;
  /** Most seconds between two attempts. @default 900 */
  lastRetrySeconds = 900;
  /**
   * Events that, when they are given up, hold back all later events of their resource until they are retried by hand;
   * all others are passed over. @default [UserDeactivated]
   */
  blocking: readonly ScimEventClass[] = [UserDeactivated];
  /** Days for which delivered events are kept, to be replayed. @default 7 */
  retentionDays = 7;
  /**
   * PostgreSQL: wakes the relays of other processes at once by NOTIFY instead of at their next look (at most 2 seconds
   * later). Costs a lock of the whole database at each commit, and does not pass a transaction-mode pooler.
   * @default false
   */
  notify = false;
}

/** The provisioning log: what identity providers asked for and what it did. */
export class ScimLogOptions {
  /** Keep a log. Off: nothing is written, and what is there stays until it is pruned by hand. @default true */
  enabled = true;
  /**
   * What is kept of values, in changes and in filters: `none`; `hashed`, a keyed digest that tells only whether two are
   * the same; `full`. Passwords and other attributes that are never returned are named at most. @default 'none'
   */
  values: 'none' | 'hashed' | 'full' = 'none';
  /**
   * Secret of the digests, at least 16 bytes, the same for all instances. Without it each process makes one of its own,
   * and digests of two processes cannot be compared. @default undefined (a random key for each process)
   */
  hashKey?: string | Uint8Array;
  /** Log successful reads too; off: writes and failures only. @default true */
  reads = true;
  /** Days for which entries are kept. 1 to 3650. @default 30 */
  retentionDays = 30;
  /** Entries in memory that wait to be written; more are counted and lost. @default 10000 */
  bufferSize = 10_000;
  /** Entries of one insert. At most 1000. @default 500 */
  batchSize = 200;
  /** Longest time in milliseconds that an entry waits while the database takes them. @default 1000 */
  flushMilliseconds = 1000;
  /** Entries a minute of requests without a live token; more are counted only. @default 60 */
  anonymousPerMinute = 60;
}

/** Single sign-on beside SCIM: what `ScimIdentity.resolve` may do, and what becomes of accounts that it made. */
export class ScimSignOn {
  /**
   * By what the account of somebody is found, besides the subject that the person is linked to. `email` must be verified.
   * @default ['externalId', 'userName']
   */
  link: readonly ('externalId' | 'userName' | 'email')[] = ['externalId', 'userName'];
  /** Whether an account is made for somebody who has none. @default 'off' */
  justInTime: 'off' | 'create' = 'off';
  /**
   * What a POST must have in common with an account that was made just in time to adopt it instead of being told 409;
   * with one of these the userName is the same. Empty: none is adopted. @default ['externalId', 'userName']
   */
  adopt: readonly ('externalId' | 'userName')[] = ['externalId', 'userName'];
}

/** Options that may come from an async factory. Field initialisers are the defaults. */
export class ScimOptions {
  /**
   * Public address of the SCIM endpoints, for example `https://api.example.com/scim/v2`: what `meta.location` and
   * `Location` are built from. Never taken from the Host header. Without it, the address of the local socket is
   * used, which is right for development only.
   * @default undefined
   */
  publicUrl?: string;
  /** Allow an http publicUrl in production. @default false */
  allowInsecurePublicUrl = false;
  /** Realm in WWW-Authenticate. @default 'scim' */
  realm = 'scim';
  /** Page size of a query without count. @default 100 */
  defaultCount = 100;
  /** Largest page; a greater count is cut to it. @default 200 */
  maxCount = 200;
  /**
   * Secret by which cursors are encrypted, the same for all instances of the application; at least 32 random bytes,
   * for example from `openssl rand -base64 32`. Changing it ends the cursors in use, nothing else. Without it each
   * process makes a key of its own, and a client whose next page is served by another instance starts again.
   * @default undefined (a random key for each process)
   */
  cursorKey?: string | Uint8Array;
  /** Seconds for which a cursor can be used; counted anew from page to page. 1 to 604800. @default 3600 */
  cursorTimeoutSeconds = 3600;
  /**
   * How queries are paged that name neither `cursor` nor `startIndex`. Keep `index` for a service that has clients
   * already: they know no cursors (RFC 9865 §2.4).
   * @default 'index'
   */
  defaultPagination: 'index' | 'cursor' = 'index';
  /** Most resources that a query over all resource types may match by index; over it: 400 tooMany. @default 10000 */
  rootQueryLimit = 10_000;
  /** Discovery endpoints answer without a token. @default true */
  publicDiscovery = true;
  /**
   * Requests that one tenant may send to one process: steadily, and at once after a pause. Over it: 429 with
   * Retry-After. Entra asks for at least 25 a second.
   * @default undefined (unlimited)
   */
  rateLimit?: { readonly perSecond: number; readonly burst: number };
  /** Seconds for which a verified token is remembered in this process; 0 looks it up each time. @default 5 */
  tokenCacheSeconds = 5;
  /** Statements that run often stay prepared on PostgreSQL and MySQL; switch off behind a transaction-mode pooler. @default true */
  preparedStatements = true;
  /** Seconds that a filter on an attribute without index may take. @default 5 */
  scanTimeoutSeconds = 5;
  /** Link to your own documentation, shown in ServiceProviderConfig. @default undefined */
  documentationUri?: string;
  /**
   * Every connection follows the profile `interop`, whatever profile it was given, and /ServiceProviderConfig says
   * `interopProfileConformant`. Okta and Entra send what that profile refuses. @default false
   */
  interopProfile = false;
  /**
   * A member that belongs to no user or group is kept and becomes a member when a resource with that externalId (or
   * id) is created; off: 400 invalidValue. @default false
   */
  pendingMembers = false;
  /**
   * POST of a user whose userName belongs to a deactivated one brings that one back, with the content of the body;
   * off: 409 uniqueness. @default false
   */
  reactivateOnCreate = false;
  /** Whether a PUT without externalId keeps it. @default undefined (default profile: yes; strict, interop: no) */
  keepExternalIdOnPut?: boolean;
  /** An externalId is unique among the users and among the groups of a tenant: 409 uniqueness. @default false */
  uniqueExternalId = false;
  /**
   * Whether a group may not take the name of another one: 409 uniqueness; true shows in /Schemas.
   * @default undefined (default profile: it may not; strict, interop: it may)
   */
  uniqueGroupNames?: boolean;
  /** Checks every resource against its schema before it is sent; a fault is logged and answered 500. @default false */
  validateAnswers = false;
  limits = new ScimLimits();
  features = new ScimFeatures();
  bulk = new ScimBulk();
  retention = new ScimRetention();
  breaker = new ScimBreakerRules();
  roles = new ScimRoleOptions();
  outbox = new ScimOutbox();
  log = new ScimLogOptions();
  identity = new ScimSignOn();
}

/** Options that come in groups: each a class whose initialisers are the defaults. */
export const SCIM_OPTION_GROUPS = {
  limits: ScimLimits,
  features: ScimFeatures,
  bulk: ScimBulk,
  retention: ScimRetention,
  breaker: ScimBreakerRules,
  roles: ScimRoleOptions,
  outbox: ScimOutbox,
  log: ScimLogOptions,
  identity: ScimSignOn,
} as const satisfies Partial<Record<keyof ScimOptions, new () => object>>;

export type ScimOptionGroup = keyof typeof SCIM_OPTION_GROUPS;
