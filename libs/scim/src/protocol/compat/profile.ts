/**
 * What the tolerant profile forgives. Each name is one named deviation of a real identity provider from the RFC;
 * a connection's profile is a set of them, and each one that changed a request is reported by its name.
 */
export const TOLERANCES = {
  /** `"op": "Add"` in any letter case. Entra. */
  operationNames: 'operation verbs in any letter case',
  /** `"True"`, `"False"` for a boolean attribute, in bodies, PATCH values and filters. Entra, Keycloak, OneLogin. */
  booleanStrings: 'booleans as strings',
  /** A message or resource without `schemas`, or without its own URN in it. Entra, OneLogin. */
  missingSchemas: 'schemas inferred',
  /** URNs in `schemas` that the resource type does not have are dropped. Google, Entra, OneLogin. */
  unknownSchemas: 'unknown schema URNs dropped',
  /** Attributes that no schema defines are dropped from bodies and PATCH values. All. */
  unknownAttributes: 'unknown attributes dropped',
  /** A PATCH operation whose path no schema defines is skipped, the rest applies. Entra. */
  unknownPaths: 'operations on unknown paths skipped',
  /** `remove` with a `value` removes just those elements. Entra, authentik. */
  removeByValue: 'remove with a value array',
  /** `add`/`replace` on a value path that matches nothing creates the element. Entra. */
  createByValuePath: 'value path created its element',
  /** `add members[value eq "x"]` without a value adds x. Entra. */
  addByPathAlone: 'add by value path without a value',
  /** Keys of a path-less value that are paths: `name.givenName`, `emails[type eq "work"].value`. Entra. */
  pathsAsKeys: 'attribute paths as keys',
  /** A dot instead of a colon before an extension attribute. Entra (old jobs). */
  dotAfterUrn: 'dot after the extension URN',
  /** `id`, `schemas` and `meta` inside a path-less PATCH value are ignored. authentik, Okta. */
  readOnlyInPathless: 'read-only members of a path-less value ignored',
  /** A manager as string, array or with an empty value. Entra. */
  managerForms: 'manager forms',
  /** One object or value where a list belongs. OneLogin. */
  singleForList: 'single value taken as a list',
  /** A one-element list where a single value belongs. SCIM-SDK clients, Keycloak. */
  listForSingle: 'one-element list taken as a single value',
  /** More than one element with `primary: true` in a body: the first keeps it. PingFederate. */
  severalPrimaries: 'all but the first primary dropped',
  /** `""` counts as unassigned. Okta, Entra, OneLogin, JumpCloud. */
  emptyStrings: 'empty strings taken as unassigned',
  /** List elements that hold nothing but `type` and `primary` are dropped. Okta. */
  hollowElements: 'hollow list elements dropped',
  /** A PATCH with an empty list of operations changes nothing. Entra. */
  emptyOperations: 'empty Operations accepted',
  /** `emails[type eq "work"].value eq "x"` as a filter. Entra. */
  filterAfterValuePath: 'comparison after a value path',
  /** An Accept header without a JSON type is answered in JSON all the same. */
  anyAccept: 'Accept without JSON answered in JSON',
  /** `"count": "10"` and `"attributes": "a,b"` in a search request. */
  searchRequestForms: 'loosely typed search request',
  /** In Bulk: methods in any letter case, POST without bulkId, a bare list of operations as data of PATCH. */
  bulkForms: 'loosely formed Bulk operation',
  /**
   * The forms that RFC 7643 §4.1 gives to core values (URLs, languages, countries, ...) are not checked, nor whether
   * PRECIS allows the characters of a userName (RFC 8265 §3.3). All.
   */
  looseValues: 'forms of core values not checked',
  /** PUT without `externalId` keeps it. Okta, OneLogin. */
  keepExternalIdOnPut: 'externalId kept on PUT',
  /** A group may not take the name of another one: Entra, Okta and authentik count on 409. */
  groupNameConflicts: 'duplicate group name refused',
} as const;

/** Name of one tolerance. */
export type Tolerance = keyof typeof TOLERANCES;

/** Names of the built-in profiles. `default`: all that real providers need; `strict`: none. */
export type ProfileName = 'default' | 'strict';

/** How forgiving a connection is. */
export class Profile {
  private constructor(
    readonly name: string,
    private readonly tolerances: ReadonlySet<Tolerance>,
  ) {}

  static readonly default = new Profile('default', new Set(Object.keys(TOLERANCES) as Tolerance[]));
  static readonly strict = new Profile('strict', new Set());

  /** The profile of that name; undefined when there is none. */
  static named(name: string): Profile | undefined {
    return name === 'default' ? Profile.default : name === 'strict' ? Profile.strict : undefined;
  }

  static names(): readonly ProfileName[] {
    return ['default', 'strict'];
  }

  tolerates(tolerance: Tolerance): boolean {
    return this.tolerances.has(tolerance);
  }
}

/**
 * The profile of one request together with what it forgave. Pass it down; ask `tolerates` before deviating and
 * call `applied` when a request was really changed.
 */
export class Leniency {
  private readonly fired = new Set<Tolerance>();

  /** @param instead what is settled otherwise than by the profile. @default nothing */
  constructor(
    readonly profile: Profile,
    private readonly instead?: ReadonlyMap<Tolerance, boolean>,
  ) {}

  tolerates(tolerance: Tolerance): boolean {
    return this.instead?.get(tolerance) ?? this.profile.tolerates(tolerance);
  }

  applied(tolerance: Tolerance): void {
    this.fired.add(tolerance);
  }

  /** Names of the tolerances that changed this request, in the order in which they first did. */
  get names(): readonly Tolerance[] {
    return [...this.fired];
  }
}
