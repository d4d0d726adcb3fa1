import type { ColumnType, EntityMetadata } from 'typeorm';
import { valueAt } from '../../protocol/filter/document-values.js';
import { resolveAttribute } from '../../protocol/schema/attribute-notation.js';
import type { Attribute } from '../../protocol/schema/attribute.js';
import type { JsonValue } from '../../protocol/schema/json.js';
import type { ResourceType } from '../../protocol/schema/resource-type.js';
import { scimColumnsOf } from '../entities/scim-column.decorator.js';
import type { AttributeColumn, WrittenColumn } from './resource-table.js';

/** Columns that every resource table has and the store fills by itself. */
const FIXED = [
  'tenant_id',
  'id',
  'resource_type',
  'version',
  'created_at',
  'modified_at',
  'document',
  'concealed',
  'comparable',
];

const WHOLE = ['integer', 'int', 'int2', 'int4', 'int8', 'smallint', 'mediumint', 'bigint'];
const FRACTION = [
  'decimal',
  'dec',
  'numeric',
  'real',
  'float',
  'float4',
  'float8',
  'double',
  'double precision',
];
const TEXT = [
  'varchar',
  'character varying',
  'nvarchar',
  'text',
  'mediumtext',
  'longtext',
  'citext',
  'string',
];
/** Of other types, what is written would come back changed, or comparisons would follow the rules of that type. */
const COLUMN_TYPES: Readonly<Record<'text' | 'integer' | 'decimal' | 'boolean', readonly string[]>> = {
  text: TEXT,
  integer: ['number', ...WHOLE, ...FRACTION],
  decimal: FRACTION,
  // MySQL has no boolean.
  boolean: ['boolean', 'bool', 'tinyint'],
};

/**
 * Columns that the host bound to attributes with `@ScimColumn`; adds them to `columns`.
 * @throws Error that names class, property and path of what does not fit
 */
export function hostColumns(
  type: ResourceType,
  metadata: EntityMetadata,
  entity: new () => object,
  columns: Map<string, AttributeColumn>,
): WrittenColumn[] {
  return scimColumnsOf(entity).map(({ property, path }) => {
    const place = `${metadata.name}.${property}`;
    const attribute = singleSimpleAttribute(type, path, place);
    const found = metadata.findColumnWithPropertyName(property);
    if (!found) throw new Error(`${place} has @ScimColumn('${path}') but no @Column.`);
    if (!found.isNullable && !attribute.required) {
      throw new Error(`${place} holds ${attribute.path}, which may be missing; make its column nullable.`);
    }
    const kinds = COLUMN_TYPES[kindOf(attribute)];
    if (!kinds.includes(typeName(found.type))) {
      throw new Error(
        `${place} holds ${attribute.path} of type ${attribute.type}; give its column one of these types: ${kinds.join(', ')}.`,
      );
    }
    // Two columns of one attribute: filters would look at one of them only.
    if (columns.has(attribute.path) || FIXED.includes(found.databaseName)) {
      throw new Error(
        `${place}: ${attribute.path} has a column already, or the column is one that SCIM fills.`,
      );
    }
    const column = `"${found.databaseName}"`;
    columns.set(attribute.path, {
      column,
      form: formOf(attribute),
      nullable: true,
      indexed: false,
      unique: false,
    });
    return { column, value: (document) => scalarOrNull(valueAt(document, attribute.keys)) };
  });
}

function singleSimpleAttribute(type: ResourceType, path: string, place: string): Attribute {
  const reference = resolveAttribute(type, path);
  if (reference?.kind !== 'attribute') {
    throw new Error(`${place}: @ScimColumn('${path}') names no attribute of ${type.name}.`);
  }
  const { attribute } = reference;
  const stored = !attribute.computed && !attribute.detached && attribute.returned !== 'never';
  if (attribute.complex || attribute.multiValued || attribute.parent?.multiValued || !stored) {
    throw new Error(`${place}: @ScimColumn('${path}') needs a stored attribute with a single simple value.`);
  }
  return attribute;
}

function kindOf({ type }: Attribute): keyof typeof COLUMN_TYPES {
  return type === 'boolean' || type === 'integer' || type === 'decimal' ? type : 'text';
}

function formOf(attribute: Attribute): AttributeColumn['form'] {
  const kind = kindOf(attribute);
  return kind === 'integer' || kind === 'decimal' ? 'number' : kind;
}

/** TypeORM takes a constructor where the property's own type says enough: `String` for a varchar. */
function typeName(type: ColumnType): string {
  return (typeof type === 'function' ? type.name : type).toLowerCase();
}

/**
 * A column that must have a value and that nobody fills would make every create fail: better said at start.
 * @throws Error naming the property
 */
export function refuseUnwritableColumns(metadata: EntityMetadata, written: readonly WrittenColumn[]): void {
  const filled = new Set([...FIXED, ...written.map(({ column }) => column.slice(1, -1))]);
  for (const column of metadata.columns) {
    if (filled.has(column.databaseName) || column.isNullable || column.default !== undefined) continue;
    if (column.isGenerated || column.isCreateDate || column.isUpdateDate || column.isVersion) continue;
    throw new Error(
      `${metadata.name}.${column.propertyName} takes no null and has no default, but SCIM creates rows without it; ` +
        'make it nullable, give it a default, or bind it to an attribute with @ScimColumn.',
    );
  }
}

function scalarOrNull(value: JsonValue | undefined): string | number | boolean | null {
  return value === undefined || typeof value === 'object' ? null : value;
}
