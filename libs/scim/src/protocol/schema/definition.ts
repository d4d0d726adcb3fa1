/** The eight data types of RFC 7643 §2.3. */
export type AttributeType =
  'string' | 'boolean' | 'decimal' | 'integer' | 'dateTime' | 'binary' | 'reference' | 'complex';

/** Who may change an attribute, and when (RFC 7643 §7). */
export type Mutability = 'readOnly' | 'readWrite' | 'immutable' | 'writeOnly';

/** When an attribute is part of a response (RFC 7643 §7). */
export type Returned = 'always' | 'never' | 'default' | 'request';

/** Where a value must be unique (RFC 7643 §7). */
export type Uniqueness = 'none' | 'server' | 'global';

/** One attribute of a schema, all characteristics filled in (RFC 7643 §2.2 gives the defaults). */
export interface AttributeDefinition {
  readonly name: string;
  readonly type: AttributeType;
  readonly multiValued: boolean;
  readonly description: string;
  readonly required: boolean;
  /** Only meaningful for string, reference and binary; the last two are always case exact. */
  readonly caseExact: boolean;
  readonly mutability: Mutability;
  readonly returned: Returned;
  readonly uniqueness: Uniqueness;
  readonly canonicalValues?: readonly string[];
  readonly referenceTypes?: readonly string[];
  readonly subAttributes?: readonly AttributeDefinition[];
  /** Values outside `canonicalValues` are refused. Ours, not part of /Schemas. Default false. */
  readonly enforceCanonicalValues?: boolean;
  /** Values are kept in the projection table, so that `eq` is an index look-up. Ours. Default false. */
  readonly indexed?: boolean;
  /** Value given on create (and kept out of PUT clearing) when the client sends none. Ours. */
  readonly defaultValue?: string | boolean | number;
  /**
   * Elements live in their own table and never in the document (Group.members); changes come out of the
   * PATCH engine as a delta. Ours. Default false.
   */
  readonly detached?: boolean;
  /** Computed by the server for each response and never stored (User.groups). Ours. Default false. */
  readonly computed?: boolean;
}

/** A schema as declared by a class (RFC 7643 §7). */
export interface SchemaDefinition {
  /** URN. Compared without case. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly attributes: readonly AttributeDefinition[];
}

/** A kind of resource: an endpoint, its schema and the extensions that its resources may carry (RFC 7643 §6). */
export interface ResourceTypeDefinition {
  /** Also the value of `meta.resourceType`, for example `User`. */
  readonly name: string;
  /** With leading slash, for example `/Users`. */
  readonly endpoint: string;
  readonly description: string;
  readonly schema: SchemaDefinition;
  readonly extensions: readonly SchemaExtensionDefinition[];
}

export interface SchemaExtensionDefinition {
  readonly schema: SchemaDefinition;
  /** Each resource of the type must carry the extension (RFC 7643 §6). */
  readonly required: boolean;
}
