/** A property of an entity that holds the value of one SCIM attribute. */
export interface ScimColumnDeclaration {
  readonly property: string;
  /** Attribute path as written by the host, for example `urn:acme:User:costCentre`. */
  readonly path: string;
}

const DECLARATIONS = new WeakMap<object, ScimColumnDeclaration[]>();

/**
 * Says that the column of this property holds the value of a SCIM attribute. The column is written from the
 * resource on every write, and filters and sorting on the attribute use the column instead of the document; so an
 * index of yours on `(tenant_id, column)` makes them fast.
 *
 * `path` is a single-valued simple attribute or sub-attribute: `title`, `name.familyName`,
 * `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department`. The column must be nullable, and of a
 * text type for strings, references, binaries and dates, numeric for numbers, boolean for booleans. An unknown path
 * stops the application at start. A column without this decorator is your own: nothing of SCIM writes it.
 *
 * @example
 * class AppUser extends ScimUser {
 *   @ScimColumn('urn:acme:User:costCentre')
 *   @Column({ type: 'varchar', name: 'cost_centre', nullable: true })
 *   costCentre?: string | null;
 * }
 */
export function ScimColumn(path: string): PropertyDecorator {
  return (prototype, property) => {
    const own = DECLARATIONS.get(prototype) ?? [];
    DECLARATIONS.set(prototype, [...own, { property: String(property), path }]);
  };
}

/** The declarations of a class and of the classes it extends. */
export function scimColumnsOf(entity: new (...args: never[]) => object): readonly ScimColumnDeclaration[] {
  const found: ScimColumnDeclaration[] = [];
  for (let prototype: object | null = entity.prototype as object; prototype;) {
    found.push(...(DECLARATIONS.get(prototype) ?? []));
    prototype = Object.getPrototypeOf(prototype) as object | null;
  }
  return found;
}
