/** A group in an explanation. */
export interface RoleGroupName {
  readonly id: string;
  /** Empty when it has none. */
  readonly displayName: string;
}

/** Why a user has a role. */
export interface RoleReason {
  /** The mapping that gives it. */
  readonly mappingId: string;
  /** The group that the mapping means. */
  readonly group: RoleGroupName;
  /** The way there: from the group that the user is a direct member of to `group`; a shortest one. */
  readonly path: readonly RoleGroupName[];
}

/** A role that a user has, with every mapping that gives it. */
export interface EffectiveRole {
  readonly role: string;
  /** The greatest of the mappings that give it. */
  readonly priority: number;
  readonly reasons: readonly RoleReason[];
}
