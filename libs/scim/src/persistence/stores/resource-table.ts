import type { DataSource } from 'typeorm';
import type { Attribute } from '../../protocol/schema/attribute.js';
import type { JsonObject, JsonValue } from '../../protocol/schema/json.js';
import type { ResourceType } from '../../protocol/schema/resource-type.js';
import { comparisonKey } from '../../protocol/text/comparison-key.js';
import { ScimError } from '../../protocol/error/scim-error.js';
import { dialectOf } from '../dialects/dialect-of.js';
import type { Dialect } from '../dialects/dialect.js';
import { comparableDocument } from './comparable-document.js';
import { hostColumns, refuseUnwritableColumns } from './host-columns.js';

/** A column that holds the value of an attribute. Names are quoted, ready for SQL. */
export interface AttributeColumn {
  readonly column: string;
  /** `moment`: RFC 3339 text in UTC with milliseconds, which sorts as it is. */
  readonly form: 'text' | 'number' | 'boolean' | 'moment';
  /** Column with the comparison key, where there is one. */
  readonly keyColumn?: string;
  readonly nullable: boolean;
  /** `eq` on it is an index look-up. */
  readonly indexed: boolean;
  /** No two resources of a tenant have the same. */
  readonly unique: boolean;
  /** Its index is in code point order; all other indexes are in the order of the database. @default false */
  readonly codePointIndex?: boolean;
  /** Holds ASCII only. @default false */
  readonly ascii?: boolean;
}

/** A column that is written from the document. */
export interface WrittenColumn {
  readonly column: string;
  value(document: JsonObject): string | number | boolean | null;
}

/**
 * userName, displayName of groups and externalId: what fits their columns and indexes (PostgreSQL: 2,704 bytes for the
 * values; MySQL: 3,072 bytes, and each character counts four).
 */
const NAME_LENGTH = 512;
const KEY_LENGTH = 700;
const KEY_BYTES = 2048;
const PATH_LENGTH = 255;

/** How resources of one type lie in their table: which attribute is in which column, which values are indexed. */
export class ResourceTable {
  /** Quoted, with the schema. */
  readonly table: string;
  /** `resource`: a type of the host's own; its table holds other types too. */
  readonly kind: 'user' | 'group' | 'resource';
  /** By attribute path. */
  readonly columns: ReadonlyMap<string, AttributeColumn>;
  readonly written: readonly WrittenColumn[];
  /** Simple attributes whose values are also rows of scim_attribute_value. */
  readonly projected: readonly Attribute[];

  constructor(
    readonly type: ResourceType,
    dataSource: DataSource,
    entity: new () => object,
  ) {
    const metadata = dataSource.getMetadata(entity);
    this.table = quotedPath(metadata.tablePath);
    this.kind = type.name === 'User' ? 'user' : type.name === 'Group' ? 'group' : 'resource';
    const columns = new Map<string, AttributeColumn>(commonColumns());
    const written: WrittenColumn[] = [
      { column: '"external_id"', value: (document) => limited('externalId', document.externalId) },
      ...this.ownColumns(columns),
      ...hostColumns(type, metadata, entity, columns),
      ...comparableColumn(type, dialectOf(dataSource)),
    ];
    this.columns = columns;
    this.written = written;
    this.projected = projectedAttributes(type, (path) => this.hasUniqueColumn(path));
    refuseLongPaths(type, this.projected);
    refuseUnwritableColumns(metadata, written);
  }

  /**
   * Condition that a row is of this type, to stand behind the one on the tenant; empty for a table of one type only. The
   * name is the host's, checked by the registry, and as fixed as the name of the table.
   *
   * @param alias of the table, with the dot; empty where there is none
   */
  ofType(alias: '' | 'r.'): string {
    if (this.kind !== 'resource') return '';
    return ` and ${alias}resource_type = '${this.type.name.replaceAll("'", "''")}'`;
  }

  private ownColumns(columns: Map<string, AttributeColumn>): WrittenColumn[] {
    switch (this.kind) {
      case 'user':
        return this.userColumns(columns);
      case 'group':
        return this.groupColumns(columns);
      case 'resource':
        return [{ column: '"resource_type"', value: () => this.type.name }];
    }
  }

  /** A unique name of a group is in unique_name_key, beside names that need not be. */
  private hasUniqueColumn(path: string): boolean {
    return this.columns.get(path)?.unique === true || (this.kind === 'group' && path === 'displayName');
  }

  private userColumns(columns: Map<string, AttributeColumn>): WrittenColumn[] {
    columns.set('userName', {
      column: '"user_name"',
      keyColumn: '"user_name_key"',
      form: 'text',
      nullable: false,
      indexed: true,
      unique: true,
      codePointIndex: true,
    });
    columns.set('active', {
      column: '"active"',
      form: 'boolean',
      nullable: true,
      indexed: false,
      unique: false,
    });
    return [
      { column: '"user_name"', value: (document) => limited('userName', document.userName) },
      { column: '"user_name_key"', value: (document) => limitedKey('userName', document.userName) },
      { column: '"active"', value: ({ active }) => (typeof active === 'boolean' ? active : null) },
    ];
  }

  private groupColumns(columns: Map<string, AttributeColumn>): WrittenColumn[] {
    columns.set('displayName', {
      column: '"display_name"',
      keyColumn: '"display_name_key"',
      form: 'text',
      nullable: true,
      indexed: true,
      unique: false,
      codePointIndex: true,
    });
    return [
      { column: '"display_name"', value: (document) => limited('displayName', document.displayName) },
      { column: '"display_name_key"', value: (document) => limitedKey('displayName', document.displayName) },
    ];
  }
}

/** The second form of the document, where filters need one. */
function comparableColumn(type: ResourceType, { filteredDocument }: Dialect): WrittenColumn[] {
  if (filteredDocument === 'document') return [];
  return [
    { column: '"comparable"', value: (document) => JSON.stringify(comparableDocument(type, document)) },
  ];
}

function commonColumns(): [string, AttributeColumn][] {
  const column = (name: string, more: Partial<AttributeColumn> = {}): AttributeColumn => ({
    column: `"${name}"`,
    form: 'text',
    nullable: false,
    indexed: true,
    unique: false,
    ...more,
  });
  return [
    ['id', column('id', { unique: true })],
    ['externalId', column('external_id', { nullable: true, codePointIndex: true })],
    ['meta.created', column('created_at', { form: 'moment', indexed: false })],
    ['meta.lastModified', column('modified_at', { form: 'moment' })],
  ];
}

/** Attributes that are indexed, or must be unique and have no unique column of their own. */
function projectedAttributes(type: ResourceType, hasUniqueColumn: (path: string) => boolean): Attribute[] {
  const found: Attribute[] = [];
  const isUnique = ({ uniqueness, path }: Attribute): boolean =>
    uniqueness !== 'none' && !hasUniqueColumn(path);
  for (const attribute of type.topLevel()) {
    if (attribute.computed || attribute.detached || attribute.returned === 'never') continue;
    if (!attribute.complex) {
      if (attribute.indexed || isUnique(attribute)) found.push(attribute);
      continue;
    }
    const subs = [...attribute.subAttributes.values()];
    const value = attribute.sub('value');
    found.push(
      ...subs.filter(
        (sub) => !sub.computed && (sub.indexed || isUnique(sub) || (attribute.indexed && sub === value)),
      ),
    );
  }
  return found;
}

/** The path of an indexed attribute is part of a key. @throws Error for one that does not fit into it */
function refuseLongPaths(type: ResourceType, projected: readonly Attribute[]): void {
  const long = projected.find(({ path }) => path.length > PATH_LENGTH);
  if (!long) return;
  throw new Error(
    `${type.name}: ${long.path} is indexed or unique, and so its path may have at most ${PATH_LENGTH} characters.`,
  );
}

function limited(name: string, value: JsonValue | undefined): string | null {
  if (typeof value !== 'string') return null;
  // A character beyond the basic plane counts twice here and once in the column: only stricter than needed.
  if (value.length > NAME_LENGTH) throw tooLong(name);
  return value;
}

function limitedKey(name: string, value: JsonValue | undefined): string | null {
  if (typeof value !== 'string') return null;
  const key = comparisonKey(value);
  if (key.length > KEY_LENGTH || Buffer.byteLength(key) > KEY_BYTES) throw tooLong(name);
  return key;
}

function tooLong(name: string): ScimError {
  return ScimError.invalidValue(`${name} may have at most ${NAME_LENGTH} characters.`);
}

function quotedPath(tablePath: string): string {
  return tablePath
    .split('.')
    .map((part) => `"${part}"`)
    .join('.');
}
