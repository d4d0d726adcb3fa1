import type { Tolerance } from '../../protocol/compat/profile.js';
import { ScimError } from '../../protocol/error/scim-error.js';
import type { SchemaDefinition } from '../../protocol/schema/definition.js';
import type { ResourceTypeRegistry } from '../../protocol/schema/resource-type-registry.js';
import type { ResourceType } from '../../protocol/schema/resource-type.js';
import type { ScimOptionsView } from '../provisioning-settings.js';
import type { TenantSwitches } from './tenant-settings.js';

const SWITCHES: ReadonlySet<string> = new Set<keyof TenantSwitches>([
  'features',
  'hiddenExtensions',
  'hiddenResourceTypes',
  'unknownAttributes',
]);

type Features = ScimOptionsView['features'];

/** What holds for a tenant: the options of the module with the tenant's switches. Immutable. */
export class TenantRules {
  readonly features: Features;
  /** The resource types that the tenant knows, each without the extensions that it does not know. */
  readonly types: readonly ResourceType[];
  /** What is settled otherwise than by the profile of the connection. */
  readonly tolerances: ReadonlyMap<Tolerance, boolean>;
  private readonly byName: ReadonlyMap<string, ResourceType>;

  /** @throws Error for switches of the wrong form */
  constructor(
    private readonly registry: ResourceTypeRegistry,
    features: Features,
    switches: TenantSwitches = {},
  ) {
    const unknown = Object.keys(switches).find((name) => !SWITCHES.has(name));
    // A misspelt switch would leave open what it should close.
    if (unknown !== undefined) throw wrong(unknown, 'is not known');
    this.features = restricted(features, switches.features ?? {});
    const hidden = lower('hiddenExtensions', switches.hiddenExtensions);
    const without = lower('hiddenResourceTypes', switches.hiddenResourceTypes);
    this.types = registry.types
      .filter(({ name }) => !without.has(name.toLowerCase()))
      .map((type) => type.without(hidden));
    this.byName = new Map(this.types.map((type) => [type.name, type]));
    this.tolerances = tolerances(switches.unknownAttributes);
  }

  /** The type as the tenant knows it. @throws ScimError notFound when it does not */
  type(type: ResourceType): ResourceType {
    const known = this.byName.get(type.name);
    if (!known) throw ScimError.notFound('There is no such endpoint.');
    return known;
  }

  /** Each schema of the tenant's types, once. */
  get schemas(): readonly SchemaDefinition[] {
    const urns = new Set(
      this.types.flatMap((type) => [type.schema.id, ...type.definition.extensions.map((e) => e.schema.id)]),
    );
    return this.registry.schemas.filter(({ id }) => urns.has(id));
  }
}

function restricted(features: Features, switched: Partial<Features>): Features {
  for (const [name, value] of Object.entries(switched)) {
    if (!Object.hasOwn(features, name)) throw wrong(`features.${name}`, 'is not known');
    if (value !== undefined && typeof value !== 'boolean')
      throw wrong(`features.${name}`, 'must be true or false');
  }
  const on = (name: keyof Features): boolean => features[name] && (switched[name] ?? true);
  const names = Object.keys(features) as (keyof Features)[];
  return Object.fromEntries(names.map((name) => [name, on(name)])) as unknown as Features;
}

function lower(name: string, list: readonly string[] = []): ReadonlySet<string> {
  const entries: unknown = list;
  if (!Array.isArray(entries)) throw wrong(name, 'must be a list of texts');
  return new Set(
    entries.map((entry: unknown) => {
      if (typeof entry !== 'string') throw wrong(name, 'must be a list of texts');
      return entry.toLowerCase();
    }),
  );
}

function tolerances(unknown: TenantSwitches['unknownAttributes']): ReadonlyMap<Tolerance, boolean> {
  if (unknown === undefined) return new Map();
  if (unknown !== 'ignore' && unknown !== 'reject') {
    throw wrong('unknownAttributes', "must be 'ignore' or 'reject'");
  }
  const ignored = unknown === 'ignore';
  return new Map([
    ['unknownAttributes', ignored],
    ['unknownPaths', ignored],
  ]);
}

function wrong(name: string, problem: string): Error {
  return new Error(`TenantSettings: ${name} ${problem}.`);
}
