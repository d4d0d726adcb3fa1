import { uuidV7 } from '../events/uuid-v7.js';
import type { RoleJobScope, RoleStore } from './role-store.js';

/** Has the roles of some users worked out again in the background, once the transaction of `store` has committed. */
export function addRoleJob(store: RoleStore, tenantId: string, scope: RoleJobScope): Promise<void> {
  return store.addJob({
    tenantId,
    id: uuidV7(),
    scope,
    position: '',
    done: 0,
    total: 0,
    changed: 0,
    createdAt: new Date().toISOString(),
    finishedAt: undefined,
  });
}
