import { Attribute } from './attribute.js';
import { COMMON_ATTRIBUTES } from './common-attributes.js';
import type { AttributeDefinition, ResourceTypeDefinition, SchemaDefinition } from './definition.js';

/** An extension of a resource type, compiled. */
export interface CompiledExtension {
  /** URN in the schema's own spelling: the key of its object in a resource. */
  readonly urn: string;
  readonly schema: SchemaDefinition;
  readonly required: boolean;
  /** By lower-case name. */
  readonly attributes: ReadonlyMap<string, Attribute>;
}

/**
 * A resource type compiled for use: attributes by name, extensions by URN, names resolved without case.
 * Immutable; one instance for the life of the application.
 */
export class ResourceType {
  readonly name: string;
  readonly endpoint: string;
  readonly schema: SchemaDefinition;
  /** Common and base-schema attributes by lower-case name. */
  readonly attributes: ReadonlyMap<string, Attribute>;
  /** By lower-case URN. */
  readonly extensions: ReadonlyMap<string, CompiledExtension>;
  /** URNs of the extensions that are left out of this view of the type, in their own spelling. */
  readonly hidden: readonly string[] = [];
  /** The type with nothing left out. */
  readonly whole: ResourceType = this;

  constructor(
    readonly definition: ResourceTypeDefinition,
    { uniqueExternalId = false }: { readonly uniqueExternalId?: boolean } = {},
  ) {
    this.name = definition.name;
    this.endpoint = definition.endpoint;
    this.schema = definition.schema;
    this.attributes = new Map([
      ...commonAttributes(uniqueExternalId).map(
        (a) => [a.name.toLowerCase(), new Attribute(a, undefined, undefined)] as const,
      ),
      ...compileAttributes(definition.schema, undefined),
    ]);
    this.extensions = new Map(
      definition.extensions.map(({ schema, required }) => [
        schema.id.toLowerCase(),
        { urn: schema.id, schema, required, attributes: new Map(compileAttributes(schema, schema.id)) },
      ]),
    );
  }

  /** The common or base-schema attribute of that name, compared without case. */
  attribute(name: string): Attribute | undefined {
    return this.attributes.get(name.toLowerCase());
  }

  /** The extension with that URN, compared without case. */
  extension(urn: string): CompiledExtension | undefined {
    return this.extensions.get(urn.toLowerCase());
  }

  /**
   * The type as a caller sees it who knows nothing of some of its extensions. The attributes are the very same objects,
   * so what knows the whole type (storage, for example) works with the view too.
   *
   * @param urns in lower case; those that the type does not have are ignored
   */
  without(urns: ReadonlySet<string>): ResourceType {
    const hidden = [...this.extensions].filter(([urn]) => urns.has(urn));
    if (hidden.length === 0) return this;
    const extensions = [...this.extensions].filter(([urn]) => !urns.has(urn));
    const { definition } = this;
    const shown = definition.extensions.filter(({ schema }) => !urns.has(schema.id.toLowerCase()));
    return Object.create(this, {
      definition: { value: { ...definition, extensions: shown }, enumerable: true },
      extensions: { value: new Map(extensions), enumerable: true },
      hidden: { value: [...this.hidden, ...hidden.map(([, { urn }]) => urn)], enumerable: true },
    }) as ResourceType;
  }

  /** Every top-level attribute: common, base schema, then each extension's. */
  *topLevel(): IterableIterator<Attribute> {
    yield* this.attributes.values();
    for (const extension of this.extensions.values()) yield* extension.attributes.values();
  }
}

function commonAttributes(uniqueExternalId: boolean): readonly AttributeDefinition[] {
  if (!uniqueExternalId) return COMMON_ATTRIBUTES;
  return COMMON_ATTRIBUTES.map((a) =>
    a.name === 'externalId' ? { ...a, uniqueness: 'server' as const } : a,
  );
}

function compileAttributes(
  schema: SchemaDefinition,
  extensionUrn: string | undefined,
): [string, Attribute][] {
  return schema.attributes.map((a) => [a.name.toLowerCase(), new Attribute(a, schema, extensionUrn)]);
}
