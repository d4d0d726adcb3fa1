import type { AttributeType, Mutability, Returned, Uniqueness } from './definition.js';

/** A class whose properties carry `@ScimAttribute`: a schema, or the sub-attributes of a complex attribute. */
export type SchemaClass = abstract new (...args: never[]) => object;

/** Characteristics of an attribute; what is left out has the default of RFC 7643 §2.2. */
export interface ScimAttributeOptions {
  /** A simple type, or the class with the sub-attributes of a complex one. @default 'string' */
  readonly type?: Exclude<AttributeType, 'complex'> | (() => SchemaClass);
  /** Name on the wire. @default the property's name */
  readonly name?: string;
  /** Shown in /Schemas. @default '' */
  readonly description?: string;
  /** @default false */
  readonly multiValued?: boolean;
  /** @default false */
  readonly required?: boolean;
  /** For strings only: references and binaries always are, nothing else can be. @default false */
  readonly caseExact?: boolean;
  /** @default 'readWrite' */
  readonly mutability?: Mutability;
  /** @default 'default' */
  readonly returned?: Returned;
  /** For strings, references, integers and decimals. @default 'none' */
  readonly uniqueness?: Uniqueness;
  /** Suggested values of a string. @default undefined */
  readonly canonicalValues?: readonly string[];
  /** What a reference points to: names of resource types, `external` or `uri`. @default undefined */
  readonly referenceTypes?: readonly string[];
  /** Values outside `canonicalValues` are refused. @default false */
  readonly enforceCanonicalValues?: boolean;
  /** A filter with `eq` on it is an index look-up. @default false */
  readonly indexed?: boolean;
  /** Value of a new resource whose creator does not mention the attribute. @default undefined */
  readonly defaultValue?: string | boolean | number;
  /** Elements are kept in a table of their own; only for Group.members. @default false */
  readonly detached?: boolean;
  /** Computed for each response, never stored; must be readOnly. @default false */
  readonly computed?: boolean;
}

/** An attribute as declared on a class. */
export interface DeclaredAttribute {
  readonly property: string;
  readonly options: ScimAttributeOptions;
}

const declared = new WeakMap<object, DeclaredAttribute[]>();

/**
 * Declares a property as an attribute of the schema (or of the complex attribute) that its class describes.
 * Faults in the options are reported by `schemaFromClass`, which reads them all.
 */
export function ScimAttribute(options: ScimAttributeOptions = {}): PropertyDecorator {
  return (prototype, property) => {
    const list = declared.get(prototype) ?? [];
    declared.set(prototype, list);
    list.push({ property: String(property), options });
  };
}

/**
 * The attributes of a class in the order of declaration, those of its base classes first. A property declared
 * again keeps its place and takes the options of the derived class.
 */
export function declaredAttributes(schemaClass: SchemaClass): readonly DeclaredAttribute[] {
  const chain: DeclaredAttribute[][] = [];
  let prototype: object | null = schemaClass.prototype as object;
  while (prototype && prototype !== Object.prototype) {
    chain.unshift(declared.get(prototype) ?? []);
    prototype = Object.getPrototypeOf(prototype) as object | null;
  }
  const byProperty = new Map<string, DeclaredAttribute>();
  for (const attribute of chain.flat()) byProperty.set(attribute.property, attribute);
  return [...byProperty.values()];
}
