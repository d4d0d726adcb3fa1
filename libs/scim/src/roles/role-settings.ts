import type { OptionRoleMapping } from './role-mapping.js';

/** Injection token of what the roles room takes from the options. */
export const ROLE_SETTINGS = Symbol('scim.roles.settings');

export interface RoleSettings {
  readonly roles: {
    /** Mappings for every tenant, or for one. */
    readonly mappings: readonly OptionRoleMapping[];
    /** Roles whose last holder SCIM cannot take away. */
    readonly protected: readonly string[];
  };
  /** Where events are not delivered, roles are not recalculated either. @default it is on */
  readonly outbox?: { readonly relay: boolean };
}
