import { COMMON_ATTRIBUTES } from './common-attributes.js';
import type { ResourceTypeDefinition, SchemaDefinition } from './definition.js';
import { ResourceType } from './resource-type.js';

const ENDPOINT = /^\/[A-Za-z][A-Za-z0-9_-]*$/;
const NAME = /^[A-Za-z][A-Za-z0-9_-]*$/;
/** What a row of any resource holds of the name. */
const NAME_LENGTH = 64;
/** First path segments that the protocol uses itself (RFC 7644 §3.2). */
const RESERVED_ENDPOINTS = new Set(['/schemas', '/resourcetypes', '/serviceproviderconfig', '/bulk', '/me']);

export interface RegistryOptions {
  /** No two resources of one type and tenant have the same externalId (D-07). @default false */
  readonly uniqueExternalId?: boolean;
}

/** Every resource type that the provider serves, compiled and checked against each other. Immutable. */
export class ResourceTypeRegistry {
  /** In the order of registration. */
  readonly types: readonly ResourceType[];
  private readonly byLowerName = new Map<string, ResourceType>();
  private readonly byLowerEndpoint = new Map<string, ResourceType>();
  private readonly byLowerUrn = new Map<string, SchemaDefinition>();

  /** @throws Error when names, endpoints or schema URNs clash (RFC 7643 §6) */
  constructor(
    definitions: readonly ResourceTypeDefinition[],
    private readonly options: RegistryOptions = {},
  ) {
    this.types = definitions.map((definition) => this.register(definition));
  }

  /** The resource type of that name (`meta.resourceType`), compared without case. */
  byName(name: string): ResourceType | undefined {
    return this.byLowerName.get(name.toLowerCase());
  }

  /** The resource type of that name. @throws Error when it is not registered */
  required(name: string): ResourceType {
    const type = this.byName(name);
    if (!type) throw new Error(`There is no resource type ${name}.`);
    return type;
  }

  /** The resource type at that endpoint, with or without leading slash, compared without case. */
  byEndpoint(endpoint: string): ResourceType | undefined {
    const lower = endpoint.toLowerCase();
    return this.byLowerEndpoint.get(lower.startsWith('/') ? lower : `/${lower}`);
  }

  /** The schema with that URN, compared without case. */
  schema(urn: string): SchemaDefinition | undefined {
    return this.byLowerUrn.get(urn.toLowerCase());
  }

  /** Each base schema and each extension in use, once (RFC 7644 §4). */
  get schemas(): readonly SchemaDefinition[] {
    return [...this.byLowerUrn.values()];
  }

  private register(definition: ResourceTypeDefinition): ResourceType {
    const { name, endpoint, schema, extensions } = definition;
    const fail = (fault: string): never => {
      throw new Error(`Resource type ${name}: ${fault}.`);
    };
    if (!NAME.test(name) || name.length > NAME_LENGTH)
      fail(`the name must be a letter followed by letters, digits, - or _, ${NAME_LENGTH} at most`);
    if (!ENDPOINT.test(endpoint)) fail('the endpoint must be one path segment such as /Devices');
    if (RESERVED_ENDPOINTS.has(endpoint.toLowerCase()))
      fail(`the endpoint ${endpoint} is reserved by the protocol`);
    if (this.byName(name)) fail('the name is taken');
    if (this.byEndpoint(endpoint)) fail(`the endpoint ${endpoint} is taken`);
    const common = new Set(COMMON_ATTRIBUTES.map((attribute) => attribute.name.toLowerCase()));
    const clash = schema.attributes.find((attribute) => common.has(attribute.name.toLowerCase()));
    if (clash) fail(`the base schema may not define the common attribute ${clash.name}`);
    const urns = new Set<string>();
    for (const { id } of [schema, ...extensions.map((extension) => extension.schema)]) {
      if (urns.has(id.toLowerCase())) fail(`the schema ${id} is listed twice`);
      urns.add(id.toLowerCase());
    }
    this.addSchema(definition, schema);
    for (const extension of extensions) this.addSchema(definition, extension.schema);
    const type = new ResourceType(definition, this.options);
    this.byLowerName.set(name.toLowerCase(), type);
    this.byLowerEndpoint.set(endpoint.toLowerCase(), type);
    return type;
  }

  private addSchema({ name }: ResourceTypeDefinition, schema: SchemaDefinition): void {
    const known = this.byLowerUrn.get(schema.id.toLowerCase());
    // An extension may serve several types; then it has to say the same in all of them.
    if (known && JSON.stringify(known) !== JSON.stringify(schema)) {
      throw new Error(
        `Resource type ${name}: the schema ${schema.id} is already registered with other content.`,
      );
    }
    this.byLowerUrn.set(schema.id.toLowerCase(), known ?? schema);
  }
}
