import { ScimError } from '../protocol/error/scim-error.js';
import { checkFilter } from '../protocol/filter/check-filter.js';
import { replaceResource } from '../protocol/resource/complete-resource.js';
import type { ReadResource } from '../protocol/resource/read-resource.js';
import type { ResourceType } from '../protocol/schema/resource-type.js';
import { originOf, type ProvisioningContext } from './provisioning-context.js';
import { type ProvisioningSettings, readLimitsOf } from './provisioning-settings.js';
import type { ModifiedResource, ResourceStore, StoredResource } from './resource-store.js';

/**
 * What becomes of a POST for somebody who was here before (L2): identity providers deactivate who leaves, forget
 * them, and create them again when they come back.
 */
export class ReturningUser {
  constructor(
    private readonly store: ResourceStore,
    private readonly settings: ProvisioningSettings,
  ) {}

  /**
   * Instead of the user that could not be created: the deactivated one who has the userName, with the content of the
   * body as after a PUT, and active unless the body says otherwise. Only with the option `reactivateOnCreate`.
   *
   * @param read the body, default values filled in
   * @param conflict what `create` threw
   * @throws the conflict, with a hint where the name belongs to a deactivated user; every other error as it is
   */
  async instead(
    type: ResourceType,
    caller: ProvisioningContext,
    read: ReadResource,
    conflict: unknown,
  ): Promise<ModifiedResource> {
    const isConflict = conflict instanceof ScimError && conflict.scimType === 'uniqueness';
    const known = isConflict ? await this.deactivated(type, caller, read.document['userName']) : undefined;
    if (!known) throw conflict;
    if (this.settings.reactivateOnCreate !== true) {
      throw ScimError.uniqueness('A deactivated user has this userName; set its active to true instead.');
    }
    const limits = readLimitsOf(this.settings);
    const returned = await this.store.modify(type, originOf(caller), known.id, (current) => {
      // Somebody was faster: an active user is never taken over.
      if (current.document['active'] !== false) throw conflict;
      const body = { ...read, assigned: new Set([...read.assigned, 'active']) };
      const { document, concealed } = replaceResource(type, current, body, caller.leniency, limits);
      return { document, concealed };
    });
    if (!returned) throw conflict;
    return returned;
  }

  private async deactivated(
    type: ResourceType,
    { tenantId, leniency }: ProvisioningContext,
    userName: unknown,
  ): Promise<StoredResource | undefined> {
    if (type.name !== 'User' || typeof userName !== 'string') return undefined;
    const named = {
      kind: 'compare',
      path: 'userName',
      operator: 'eq',
      value: userName,
      position: 0,
    } as const;
    const page = await this.store.query(type, tenantId, {
      filter: checkFilter(named, type, leniency),
      offset: 0,
      limit: 1,
    });
    const [user] = page.resources;
    return user && (JSON.parse(user.json) as { active?: unknown }).active === false ? user : undefined;
  }
}
