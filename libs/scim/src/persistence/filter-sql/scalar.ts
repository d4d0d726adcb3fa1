import { ScimError } from '../../protocol/error/scim-error.js';
import { comparesExactly } from '../../protocol/filter/comparison-rule.js';
import type { Attribute } from '../../protocol/schema/attribute.js';
import type { Dialect, JsonPlace } from '../dialects/dialect.js';
import type { AttributeColumn } from '../stores/resource-table.js';

/** SQL for one stored value: as text, number, boolean or instant, null when it is missing. */
export interface Scalar {
  /** Exact text, or its comparison key where the attribute ignores case; not yet in code point order. */
  text(): string;
  number(): string;
  boolean(): string;
  /** Milliseconds since 1970. */
  instant(): string;
  /** A column that sorts as `new Date(…).toISOString()` does, in place of `instant`. */
  readonly moment?: string;
  /** True when there is something that is not the empty string; never null. */
  present(): string;
  /** Never null: a comparison needs no guard. */
  readonly certain: boolean;
  /** A plain column: a guard must not hide it from its index. */
  readonly column?: string;
  /** Equality must be asked in code point order, because the index is in that order. */
  readonly codePointIndex?: boolean;
}

/** A value in a JSON document or in an element of a list. */
export class JsonScalar implements Scalar {
  readonly certain = false;

  constructor(
    private readonly dialect: Dialect,
    private readonly attribute: Attribute,
    private readonly place: JsonPlace,
  ) {}

  text(): string {
    return comparesExactly(this.attribute)
      ? this.dialect.jsonText(this.place)
      : this.dialect.jsonKey(this.place);
  }
  number(): string {
    return this.dialect.jsonNumber(this.place);
  }
  boolean(): string {
    return this.dialect.jsonBoolean(this.place);
  }
  instant(): string {
    return this.dialect.jsonInstant(this.place);
  }
  present(): string {
    return `coalesce(${this.dialect.jsonText(this.place)}, '') <> ''`;
  }
}

/** A value in a column of its own. */
export class ColumnScalar implements Scalar {
  readonly certain: boolean;
  readonly column: string;
  readonly moment?: string;
  readonly codePointIndex: boolean;

  constructor(
    private readonly dialect: Dialect,
    private readonly attribute: Attribute,
    private readonly mapping: AttributeColumn,
    private readonly alias: string,
  ) {
    this.certain = !mapping.nullable;
    this.codePointIndex = mapping.codePointIndex ?? false;
    this.column = `${alias}.${mapping.column}`;
    if (mapping.form === 'moment') this.moment = this.column;
  }

  text(): string {
    if (comparesExactly(this.attribute)) return this.column;
    if (this.mapping.keyColumn) return `${this.alias}.${this.mapping.keyColumn}`;
    return this.computed(this.mapping.ascii ? lower : this.dialect.comparisonKey?.bind(this.dialect));
  }
  number(): string {
    return this.column;
  }
  boolean(): string {
    return this.column;
  }
  instant(): string {
    return this.computed(this.dialect.instant?.bind(this.dialect));
  }
  present(): string {
    return this.mapping.form === 'text' ? `coalesce(${this.column}, '') <> ''` : `${this.column} is not null`;
  }

  /** Whether the database can compare this column as its attribute is compared. */
  static fits(dialect: Dialect, attribute: Attribute, mapping: AttributeColumn): boolean {
    if (mapping.form !== 'text') return true;
    if (attribute.type === 'dateTime') return dialect.instant !== undefined;
    const asItIs = comparesExactly(attribute) || mapping.keyColumn !== undefined || mapping.ascii === true;
    return asItIs || dialect.comparisonKey !== undefined;
  }

  private computed(by: ((column: string) => string) | undefined): string {
    if (!by) throw new Error(`${this.column} cannot be compared in this database.`);
    return by(this.column);
  }
}

/** Of ASCII alone the comparison key is the text in lower case. */
function lower(column: string): string {
  return `lower(${column})`;
}

/** The same text for every row, for example the name of the resource type. */
export class ConstantScalar implements Scalar {
  readonly certain = true;

  constructor(
    private readonly attribute: Attribute,
    /** SQL of the text, ready to compare. */
    private readonly expression: string,
  ) {}

  text(): string {
    return this.expression;
  }
  number(): string {
    throw this.unfit();
  }
  boolean(): string {
    throw this.unfit();
  }
  instant(): string {
    throw this.unfit();
  }
  present(): string {
    return '1 = 1';
  }

  private unfit(): ScimError {
    return ScimError.invalidFilter(`${this.attribute.path} cannot be compared in this way.`);
  }
}
