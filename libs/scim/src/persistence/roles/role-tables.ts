import type { DataSource } from 'typeorm';
import type { Executor } from '../database.js';
import type { Dialect } from '../dialects/dialect.js';
import { ScimRoleBinding } from '../entities/scim-role-binding.entity.js';

/** Quoted names of the tables that roles are made of. */
export interface RoleTables {
  readonly users: string;
  readonly groups: string;
  readonly members: string;
  readonly mappings: string;
  readonly bindings: string;
  readonly states: string;
  readonly jobs: string;
  readonly tenants: string;
}

/** @throws Error when the DataSource lacks the entities: spread `scimEntities()` into its entities */
export function roleTables(dataSource: DataSource): RoleTables {
  const schema = dataSource.getMetadata(ScimRoleBinding).tablePath.split('.').slice(0, -1);
  const quoted = (table: string): string => [...schema, `scim_${table}`].map((part) => `"${part}"`).join('.');
  return {
    users: quoted('user'),
    groups: quoted('group'),
    members: quoted('group_member'),
    mappings: quoted('role_mapping'),
    bindings: quoted('role_binding'),
    states: quoted('role_state'),
    jobs: quoted('role_job'),
    tenants: quoted('role_tenant'),
  };
}

/** What each part of the role store works with: the tables, and the database or an open transaction of it. */
export interface RoleContext {
  readonly executor: Pick<Executor, 'run'>;
  readonly dialect: Dialect;
  readonly tables: RoleTables;
}
