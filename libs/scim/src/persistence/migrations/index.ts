import type { MigrationInterface } from 'typeorm';
import { CreateScimResources1764000000000 } from './1764000000000-create-scim-resources.js';
import { CreateScimTokens1764000000001 } from './1764000000001-create-scim-tokens.js';
import { CreateScimCustomResources1764000000010 } from './1764000000010-create-scim-custom-resources.js';
import { CreateScimPendingMembers1764000000030 } from './1764000000030-create-scim-pending-members.js';
import { SupportMysql1764000000040 } from './1764000000040-support-mysql.js';
import { CreateScimOutbox1764000000041 } from './1764000000041-create-scim-outbox.js';
import { CreateScimLog1764000000050 } from './1764000000050-create-scim-log.js';
import { CreateScimDeletion1764000000060 } from './1764000000060-create-scim-deletion.js';
import { CreateScimRoles1764000000070 } from './1764000000070-create-scim-roles.js';
import { CreateScimSignOn1764000000080 } from './1764000000080-create-scim-sign-on.js';
import { CountScimResources1764000000090 } from './1764000000090-count-scim-resources.js';

/** The migrations of the module in order, for `migrations` of the DataSource. */
export const SCIM_MIGRATIONS: (new () => MigrationInterface)[] = [
  CreateScimResources1764000000000,
  CreateScimTokens1764000000001,
  CreateScimCustomResources1764000000010,
  CreateScimPendingMembers1764000000030,
  SupportMysql1764000000040,
  CreateScimOutbox1764000000041,
  CreateScimLog1764000000050,
  CreateScimDeletion1764000000060,
  CreateScimRoles1764000000070,
  CreateScimSignOn1764000000080,
  CountScimResources1764000000090,
];
