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

/**
 * What a profile asks beyond the RFC: rules of the SCIM 2.0 interoperability profile (draft-zollner-scim-interop-profile)
 * that narrow it. Each name is one such rule.
 */
export const DEMANDS = {
  /** An operation without path, or on the base schema's URN, is 400 invalidSyntax (§6.5.1.1 there). */
  pathRequired: 'each PATCH operation names a path',
  /** A path that no schema defines is 400 invalidSyntax, not invalidPath (§5.3 there). */
  undefinedPathSyntax: 'undefined attribute in a path is a syntax error',
  /** `replace` of a single-valued complex attribute clears the sub-attributes that the value leaves out. */
  wholeComplexReplace: 'replace swaps the whole complex attribute',
  /** `add` and `replace` on a multi-valued attribute without filter take an array and nothing else. */
  arrayForMultiValued: 'array for a multi-valued attribute',
  /** `add` and `replace` with a value filter name a sub-attribute; otherwise 400 invalidPath. */
  subAttributeAfterFilter: 'sub-attribute behind a value filter',
  /** A value filter that selects several elements is 400 invalidFilter. */
  oneMatch: 'value filter selects one element',
} as const;

/** Name of one demand. */
export type Demand = keyof typeof DEMANDS;

/**
 * Names of the built-in profiles. `default`: all that real providers need; `strict`: none of it; `interop`: none of it
 * and the demands of the interoperability profile.
 */
export type ProfileName = 'default' | 'strict' | 'interop';

/** How forgiving a connection is. */
export class Profile {
  private constructor(
    readonly name: string,
    private readonly tolerances: ReadonlySet<Tolerance>,
    private readonly demanded: ReadonlySet<Demand> = new Set(),
  ) {}

  static readonly default = new Profile('default', new Set(Object.keys(TOLERANCES) as Tolerance[]));
  static readonly strict = new Profile('strict', new Set());
  static readonly interop = new Profile('interop', new Set(), new Set(Object.keys(DEMANDS) as Demand[]));

  /** The profile of that name; undefined when there is none. */
  static named(name: string): Profile | undefined {
    return [Profile.default, Profile.strict, Profile.interop].find((profile) => profile.name === name);
  }

  static names(): readonly ProfileName[] {
    return ['default', 'strict', 'interop'];
  }

  /** The same profile with some tolerances switched on or off; undefined leaves one as it is. */
  adjusted(changes: Partial<Record<Tolerance, boolean | undefined>>): Profile {
    const tolerances = new Set(this.tolerances);
    for (const [name, on] of Object.entries(changes) as [Tolerance, boolean | undefined][]) {
      if (on === true) tolerances.add(name);
      else if (on === false) tolerances.delete(name);
    }
    return new Profile(this.name, tolerances, this.demanded);
  }

  tolerates(tolerance: Tolerance): boolean {
    return this.tolerances.has(tolerance);
  }

  demands(demand: Demand): boolean {
    return this.demanded.has(demand);
  }
}

/** Names of ignored attributes that are kept of one request. */
const MAXIMUM_IGNORED = 50;

/**
 * The profile of one request together with what it forgave. Pass it down; ask `tolerates` before deviating and
 * call `applied` when a request was really changed.
 */
export class Leniency {
  private readonly fired = new Set<Tolerance>();
  private readonly dropped = new Set<string>();

  /**
   * @param instead what is settled otherwise than by the profile. @default nothing
   * @param whole that of the request of which this one is a part; it hears of everything. @default undefined
   */
  constructor(
    readonly profile: Profile,
    private readonly instead?: ReadonlyMap<Tolerance, boolean>,
    private readonly whole?: Leniency,
  ) {}

  /** The same profile for one part of the request, to tell what that part alone needed. */
  part(): Leniency {
    return new Leniency(this.profile, this.instead, this);
  }

  tolerates(tolerance: Tolerance): boolean {
    return this.instead?.get(tolerance) ?? this.profile.tolerates(tolerance);
  }

  /** Whether the profile asks for something beyond the RFC. */
  demands(demand: Demand): boolean {
    return this.profile.demands(demand);
  }

  /** @param ignored path of an attribute that was left out because no schema defines it. @default undefined */
  applied(tolerance: Tolerance, ignored?: string): void {
    this.fired.add(tolerance);
    if (ignored !== undefined && this.dropped.size < MAXIMUM_IGNORED)
      this.dropped.add(attributeOnly(ignored));
    this.whole?.applied(tolerance, ignored);
  }

  /** Names of the tolerances that changed this request, in the order in which they first did. */
  get names(): readonly Tolerance[] {
    return [...this.fired];
  }

  /**
   * Paths of the attributes that were ignored because no schema defines them, the first 50, each cut to 200 characters
   * and without its value filter. Otherwise as the client wrote them: they may hold anything.
   */
  get ignored(): readonly string[] {
    return [...this.dropped];
  }
}

/** A value filter compares with somebody's data. */
function attributeOnly(path: string): string {
  const filter = path.indexOf('[');
  return path.slice(0, Math.min(filter < 0 ? path.length : filter, 200));
}
