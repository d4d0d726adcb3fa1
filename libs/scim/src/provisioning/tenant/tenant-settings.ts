import type { ScimOptionsView } from '../provisioning-settings.js';

/** What differs for one tenant; everything left out is as the options of the module say. */
export interface TenantSwitches {
  /** Features that are off for the tenant. One that is off in the options cannot be switched on here. */
  readonly features?: Partial<ScimOptionsView['features']>;
  /**
   * URNs of extensions that the tenant does not know: they are not in its discovery, its providers can neither read nor
   * write nor filter by them, and where one is required, it is not required of the tenant. Stored data of them stays.
   */
  readonly hiddenExtensions?: readonly string[];
  /** Names of resource types that the tenant does not know: their endpoints answer 404. Stored resources stay. */
  readonly hiddenResourceTypes?: readonly string[];
  /**
   * Attributes that no schema defines, in bodies and in the paths of PATCH: dropped, or refused. In place of what the
   * profile of the connection says.
   */
  readonly unknownAttributes?: 'ignore' | 'reject';
}

/**
 * Tells what differs for a tenant. The host extends it and names its class in the option `tenantSettings`; the class is
 * looked up among the host's providers and else made with what ScimModule knows.
 */
export abstract class TenantSettings {
  /**
   * Asked at most every few seconds for each tenant and process. What it throws fails the request: nobody is let past
   * a switch that could not be read.
   */
  abstract resolve(tenantId: string): TenantSwitches | Promise<TenantSwitches>;
}
