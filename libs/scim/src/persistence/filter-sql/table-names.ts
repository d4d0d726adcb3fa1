import type { DataSource } from 'typeorm';
import { ScimAttributeValue } from '../entities/scim-attribute-value.entity.js';

/** Quoted names of the tables that several resource types share. */
export interface TableNames {
  readonly values: string;
  readonly members: string;
  readonly pending: string;
  readonly jitAccounts: string;
  readonly signOnLinks: string;
}

export function tableNames(dataSource: DataSource): TableNames {
  const schema = dataSource.getMetadata(ScimAttributeValue).tablePath.split('.').slice(0, -1);
  const quoted = (table: string): string => [...schema, table].map((part) => `"${part}"`).join('.');
  return {
    values: quoted('scim_attribute_value'),
    members: quoted('scim_group_member'),
    pending: quoted('scim_pending_member'),
    jitAccounts: quoted('scim_jit_account'),
    signOnLinks: quoted('scim_sign_on_link'),
  };
}
