import type { ExtensionOption } from './core/resource-types.js';
import type { SchemaClass } from './scim-attribute.decorator.js';

/** What a resource type is besides its schema (RFC 7643 §6). */
export interface ScimResourceTypeDetails {
  /** Value of `meta.resourceType`: a letter, then letters, digits, `-`, `_`. @default the name of the schema */
  readonly name?: string;
  /** With leading slash; one path segment. @default the plural of the name, for example `/Devices` */
  readonly endpoint?: string;
  /** Shown in /ResourceTypes. @default the description of the schema */
  readonly description?: string;
  /** Classes with `@ScimSchema`, or `{ schema, required }`, that extend the type. @default [] */
  readonly extensions?: readonly ExtensionOption[];
}

/** A resource type as an object, for a schema class that several types share or that somebody else declared. */
export interface ScimResourceTypeDeclaration extends ScimResourceTypeDetails {
  readonly schema: SchemaClass;
}

const details = new WeakMap<object, ScimResourceTypeDetails>();

/**
 * Declares that the class, which also carries `@ScimSchema`, is the base schema of a resource type of its own. Listed in
 * the option `resourceTypes`, it has an endpoint, storage and discovery. Faults are reported when the module is declared.
 *
 * @example
 * \@ScimResourceType({ endpoint: '/Devices' })
 * \@ScimSchema({ id: 'urn:example:params:scim:schemas:2.0:Device', name: 'Device' })
 * class Device {
 *   \@ScimAttribute({ required: true, uniqueness: 'server' })
 *   serial!: string;
 * }
 */
export function ScimResourceType(options: ScimResourceTypeDetails = {}): ClassDecorator {
  return (schemaClass) => {
    details.set(schemaClass, options);
  };
}

/** What `@ScimResourceType` says on this very class; undefined without the decorator. */
export function resourceTypeDetails(schemaClass: SchemaClass): ScimResourceTypeDetails | undefined {
  return details.get(schemaClass);
}
