import type { SchemaClass } from './scim-attribute.decorator.js';

/** What a schema says about itself. */
export interface ScimSchemaOptions {
  /** URN in a name space of yours, for example `urn:example:params:scim:schemas:extension:acme:2.0:User`. */
  readonly id: string;
  /** Name for people. @default the class name */
  readonly name?: string;
  /** Shown in /Schemas. @default '' */
  readonly description?: string;
}

const schemas = new WeakMap<object, ScimSchemaOptions>();

/** Declares a class as a SCIM schema; its properties carry `@ScimAttribute`. */
export function ScimSchema(options: ScimSchemaOptions): ClassDecorator {
  return (schemaClass) => {
    schemas.set(schemaClass, options);
  };
}

/** What `@ScimSchema` says on this very class, not on a base class; undefined without the decorator. */
export function schemaOptions(schemaClass: SchemaClass): ScimSchemaOptions | undefined {
  return schemas.get(schemaClass);
}
