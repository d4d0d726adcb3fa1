import { ScimError } from '../error/scim-error.js';
import type { Attribute } from '../schema/attribute.js';
import { resolveAttribute } from '../schema/attribute-notation.js';
import type { ResourceType } from '../schema/resource-type.js';

/** The parameters `attributes` and `excludedAttributes`: lists of names, or one comma-separated string. */
export interface ProjectionSource {
  readonly attributes?: string | readonly string[];
  readonly excludedAttributes?: string | readonly string[];
}

export interface ProjectionLimits {
  /** Most names in one of the parameters. */
  readonly attributeNames: number;
}

const NONE: ReadonlySet<string> = new Set();

/** Which attributes an answer holds: their `returned` characteristic together with what the client asked for. */
export class Projection {
  private constructor(
    private readonly mode: 'default' | 'only' | 'except',
    /** Attributes named themselves. */
    private readonly named: ReadonlySet<Attribute>,
    /** Attributes that belong to a schema which was named as a whole. */
    private readonly inNamedSchema: ReadonlySet<Attribute>,
    /** Complex attributes of which sub-attributes were named. */
    private readonly namedParents: ReadonlySet<Attribute>,
    private readonly requested: ReadonlySet<string>,
  ) {}

  /** What an answer holds when the client asks for nothing in particular. */
  static readonly default = new Projection('default', new Set(), new Set(), new Set(), NONE);

  /** @internal See `parseProjection`. */
  static of(
    mode: 'only' | 'except',
    named: ReadonlySet<Attribute>,
    inNamedSchema: ReadonlySet<Attribute>,
  ): Projection {
    const parents = new Set([...named].flatMap((attribute) => (attribute.parent ? [attribute.parent] : [])));
    return new Projection(mode, named, inNamedSchema, parents, NONE);
  }

  /** Whether the client gave `attributes` or `excludedAttributes`. */
  get given(): boolean {
    return this.mode !== 'default';
  }

  /**
   * Whether the answer holds all that is stored of a resource: nothing was asked for, or only attributes are left out
   * that are not stored in it (`excludedAttributes=members`, as Entra reads groups).
   */
  get keepsDocument(): boolean {
    if (this.mode !== 'except') return this.mode === 'default';
    if (this.inNamedSchema.size > 0) return false;
    return [...this.named].every(({ parent, computed, detached }) => !parent && (computed || detached));
  }

  /**
   * The same for the answer to a write: attributes that are returned on request count as asked for when the client
   * sent them (RFC 7643 §7).
   *
   * @param sent paths of top-level attributes, see `ReadResource.assigned`
   */
  withRequested(sent: ReadonlySet<string>): Projection {
    return new Projection(this.mode, this.named, this.inNamedSchema, this.namedParents, sent);
  }

  /** Whether the answer holds the attribute, or for a complex one any part of it. */
  includes(attribute: Attribute): boolean {
    if (attribute.returned === 'never') return false;
    const { parent } = attribute;
    if (attribute.returned === 'always' && (!parent || this.includes(parent))) return true;
    if (this.mode === 'only') return this.selects(attribute);
    if (this.named.has(attribute) || this.inNamedSchema.has(attribute)) return false;
    if (parent && !this.includes(parent)) return false;
    return attribute.returned !== 'request' || this.isRequested(attribute);
  }

  private selects(attribute: Attribute): boolean {
    if (this.named.has(attribute)) return true;
    const { parent } = attribute;
    if (!parent && this.namedParents.has(attribute)) return true;
    if (attribute.returned === 'request') return false;
    return this.inNamedSchema.has(attribute) || (parent !== undefined && this.isWhole(parent));
  }

  private isWhole(parent: Attribute): boolean {
    return this.named.has(parent) || (this.inNamedSchema.has(parent) && parent.returned !== 'request');
  }

  private isRequested(attribute: Attribute): boolean {
    return this.requested.has(attribute.parent?.path ?? attribute.path);
  }
}

/**
 * Reads `attributes` and `excludedAttributes` (RFC 7644 §3.9). Names are in attribute notation without regard to
 * case; the URN of a schema stands for all its attributes; unknown names are ignored; an empty parameter counts as
 * not given.
 *
 * @throws ScimError invalidValue when both are given or one has too many names
 */
export function parseProjection(
  type: ResourceType,
  source: ProjectionSource,
  limits: ProjectionLimits,
): Projection {
  const only = namesOf(source.attributes, 'attributes', limits);
  const except = namesOf(source.excludedAttributes, 'excludedAttributes', limits);
  if (only.length > 0 && except.length > 0) {
    throw ScimError.invalidValue('Give either attributes or excludedAttributes, not both.');
  }
  if (only.length > 0) return resolve(type, 'only', only);
  return except.length > 0 ? resolve(type, 'except', except) : Projection.default;
}

function namesOf(
  source: string | readonly string[] | undefined,
  parameter: string,
  limits: ProjectionLimits,
): string[] {
  const names: string[] = [];
  for (const text of typeof source === 'string' ? [source] : (source ?? [])) {
    for (const part of text.split(',', limits.attributeNames + 1)) {
      const name = part.trim();
      if (name !== '') names.push(name);
      if (names.length > limits.attributeNames) {
        throw ScimError.invalidValue(`${parameter} may have at most ${limits.attributeNames} names.`);
      }
    }
  }
  return names;
}

function resolve(type: ResourceType, mode: 'only' | 'except', names: readonly string[]): Projection {
  const named = new Set<Attribute>();
  const inNamedSchema = new Set<Attribute>();
  for (const name of names) {
    const reference = resolveAttribute(type, name);
    if (reference?.kind === 'attribute') named.add(reference.attribute);
    for (const attribute of schemaAttributes(type, name)) inNamedSchema.add(attribute);
  }
  return Projection.of(mode, named, inNamedSchema);
}

function schemaAttributes(type: ResourceType, urn: string): Iterable<Attribute> {
  const lower = urn.toLowerCase();
  if (lower === type.schema.id.toLowerCase()) {
    return [...type.attributes.values()].filter((attribute) => attribute.schema === type.schema);
  }
  return type.extension(lower)?.attributes.values() ?? [];
}
