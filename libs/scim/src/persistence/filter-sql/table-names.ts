import type { DataSource } from 'typeorm';
import { ScimAttributeValue } from '../entities/scim-attribute-value.entity.js';

/** Quoted names of the tables that several resource types share. */
export interface TableNames {
  readonly values: string;
  readonly members: string;
  readonly pending: string;
  readonly tombstones: string;
  /** Memberships that deleted resources had. */
  readonly tombstoneMembers: string;
  readonly holds: string;
  readonly breakers: string;
  readonly outbox: string;
  /** Counts by tenant and resource type; on PostgreSQL only. */
  readonly counts: string;
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
    tombstones: quoted('scim_tombstone'),
    tombstoneMembers: quoted('scim_tombstone_member'),
    holds: quoted('scim_legal_hold'),
    breakers: quoted('scim_breaker'),
    outbox: quoted('scim_outbox'),
    counts: quoted('scim_resource_count'),
    jitAccounts: quoted('scim_jit_account'),
    signOnLinks: quoted('scim_sign_on_link'),
  };
}
