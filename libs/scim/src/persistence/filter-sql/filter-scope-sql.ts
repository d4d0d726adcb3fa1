import { ScimError } from '../../protocol/error/scim-error.js';
import type { Attribute } from '../../protocol/schema/attribute.js';
import { comparisonKey } from '../../protocol/text/comparison-key.js';
import type { Dialect } from '../dialects/dialect.js';
import type { Parameters } from '../dialects/statement.js';
import type { AttributeColumn, ResourceTable } from '../stores/resource-table.js';
import { ColumnScalar, ConstantScalar, JsonScalar, type Scalar } from './scalar.js';

/** Where the names of a (part of a) filter lead to. */
export interface SqlScope {
  /** SQL of the value of a simple attribute that is not inside a list. @throws ScimError invalidFilter */
  scalar(attribute: Attribute): Scalar;
}

/** A row of a resource table: columns first, else the document. */
export class ResourceScope implements SqlScope {
  constructor(
    private readonly dialect: Dialect,
    private readonly parameters: Parameters,
    readonly table: ResourceTable,
    readonly alias: string,
  ) {}

  get document(): string {
    return `${this.alias}.${this.dialect.filteredDocument}`;
  }

  scalar(attribute: Attribute): Scalar {
    const column = this.table.columns.get(attribute.path);
    if (column && ColumnScalar.fits(this.dialect, attribute, column))
      return new ColumnScalar(this.dialect, attribute, column, this.alias);
    if (attribute.path === 'meta.resourceType') {
      const name = attribute.caseExact ? this.table.type.name : comparisonKey(this.table.type.name);
      return new ConstantScalar(attribute, this.dialect.typed(this.parameters.add(name), 'text'));
    }
    if (attribute.keys[0] === 'meta' || attribute.computed || attribute.detached)
      throw unsupported(attribute);
    return new JsonScalar(this.dialect, attribute, { root: this.document, keys: attribute.keys });
  }
}

/** One element of a list in the document. */
export class ElementScope implements SqlScope {
  constructor(
    private readonly dialect: Dialect,
    /** Alias of the rows of `Dialect.jsonElements`. */
    private readonly alias: string,
  ) {}

  scalar(attribute: Attribute): Scalar {
    const keys = attribute.parent?.multiValued ? [attribute.name] : [];
    return new JsonScalar(this.dialect, attribute, { root: `${this.alias}.value`, keys });
  }
}

/** A row in which the sub-attributes of a list that is kept elsewhere are columns, by their lower-case names. */
export class ColumnsScope implements SqlScope {
  constructor(
    private readonly dialect: Dialect,
    private readonly alias: string,
    private readonly columns: ReadonlyMap<string, AttributeColumn>,
  ) {}

  scalar(attribute: Attribute): Scalar {
    const column = this.columns.get(attribute.name.toLowerCase());
    if (!column) throw unsupported(attribute);
    return new ColumnScalar(this.dialect, attribute, column, this.alias);
  }
}

/** Never "everything": what has no SQL is refused (F5). */
export function unsupported(attribute: Attribute): ScimError {
  return ScimError.invalidFilter(`${attribute.path} cannot be used in a filter.`);
}
