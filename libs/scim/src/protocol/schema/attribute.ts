import type {
  AttributeDefinition,
  AttributeType,
  Mutability,
  Returned,
  SchemaDefinition,
  Uniqueness,
} from './definition.js';

/**
 * An attribute of a resource type with everything resolved: what the filter checker, the PATCH engine,
 * validation, output and SQL all look at. Created once when the resource type is compiled.
 */
export class Attribute {
  readonly name: string;
  readonly type: AttributeType;
  readonly multiValued: boolean;
  readonly required: boolean;
  readonly caseExact: boolean;
  readonly mutability: Mutability;
  readonly returned: Returned;
  readonly uniqueness: Uniqueness;
  readonly detached: boolean;
  readonly computed: boolean;
  readonly indexed: boolean;
  /** Sub-attributes by lower-case name; empty for simple attributes. */
  readonly subAttributes: ReadonlyMap<string, Attribute>;
  /**
   * Canonical notation: `userName`, `name.givenName`, or with the extension's URN
   * `urn:…:enterprise:2.0:User:manager.value`. The base schema's URN is left out.
   */
  readonly path: string;
  /**
   * Keys from the root of the document to this attribute: `['name', 'givenName']`,
   * `['urn:…:enterprise:2.0:User', 'manager', 'value']`.
   */
  readonly keys: readonly string[];

  constructor(
    readonly definition: AttributeDefinition,
    /** Undefined for the common attributes (`schemas`, `id`, `externalId`, `meta`), which have no schema. */
    readonly schema: SchemaDefinition | undefined,
    /** URN of the extension that holds it; undefined for base-schema and common attributes. */
    readonly extensionUrn: string | undefined,
    readonly parent?: Attribute,
  ) {
    this.name = definition.name;
    this.type = definition.type;
    this.multiValued = definition.multiValued;
    this.required = definition.required;
    this.caseExact = definition.caseExact;
    this.mutability = definition.mutability;
    this.returned = definition.returned;
    this.uniqueness = definition.uniqueness;
    this.detached = definition.detached ?? parent?.detached ?? false;
    this.computed = definition.computed ?? parent?.computed ?? false;
    this.indexed = definition.indexed ?? false;
    this.path = pathOf(this.name, extensionUrn, parent);
    this.keys = parent ? [...parent.keys, this.name] : extensionUrn ? [extensionUrn, this.name] : [this.name];
    this.subAttributes = new Map(
      (definition.subAttributes ?? []).map((sub) => [
        sub.name.toLowerCase(),
        new Attribute(sub, schema, extensionUrn, this),
      ]),
    );
  }

  get complex(): boolean {
    return this.type === 'complex';
  }

  /** The sub-attribute of that name, compared without case; undefined when there is none. */
  sub(name: string): Attribute | undefined {
    return this.subAttributes.get(name.toLowerCase());
  }
}

function pathOf(name: string, extensionUrn: string | undefined, parent: Attribute | undefined): string {
  if (parent) return `${parent.path}.${name}`;
  return extensionUrn ? `${extensionUrn}:${name}` : name;
}
