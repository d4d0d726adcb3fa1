/** Points at a user of the directory: the workspace is the SCIM tenant, the id is that of the SCIM user. */
export interface MemberRef {
  readonly tenantId: string;
  readonly id: string;
}

/** A person of a workspace, as the directory has them now. */
export interface Member extends MemberRef {
  readonly userName: string;
  readonly displayName: string;
  /** False for who was deactivated: no sign-in, no request. */
  readonly active: boolean;
}
