import type { JsonObject } from '../../protocol/schema/json.js';
import type { CurrentResource, ResourceHead, StoredResource } from '../../provisioning/resource-store.js';
import type { Dialect } from '../dialects/dialect.js';

export interface HeadRow {
  id: string;
  version: number;
  created_at: string;
  modified_at: string;
}

export interface StoredRow extends HeadRow {
  document: string;
}

export interface CurrentRow extends StoredRow {
  concealed: string | null;
}

export const HEAD_COLUMNS = 'r.id, r.version, r.created_at, r.modified_at';

export function storedColumns(dialect: Dialect): string {
  return `${HEAD_COLUMNS}, ${dialect.documentText('r.document')} as document`;
}

/** The only list that names `concealed`: reads for answers never fetch it. */
export function currentColumns(dialect: Dialect): string {
  return `${storedColumns(dialect)}, ${dialect.documentText('r.concealed')} as concealed`;
}

export function toHead(row: HeadRow): ResourceHead {
  return { id: row.id, version: row.version, created: row.created_at, lastModified: row.modified_at };
}

/** @param groups of a user, where they were read with it. @default undefined: not read */
export function toStored(row: StoredRow, groups?: StoredResource['groups']): StoredResource {
  const { id, version, created_at: created, modified_at: lastModified, document: json } = row;
  return { id, version, created, lastModified, json, groups };
}

export function toCurrent(row: CurrentRow): CurrentResource {
  return {
    ...toHead(row),
    document: JSON.parse(row.document) as JsonObject,
    concealed: row.concealed === null ? {} : (JSON.parse(row.concealed) as JsonObject),
  };
}

/** Ids and tenants are exact texts; what no database can hold is nobody's id and need not be asked for. */
export function isStorableId(id: string): boolean {
  return id.length <= 64 && !id.includes('\0');
}
