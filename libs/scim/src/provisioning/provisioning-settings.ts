/** Injection token of `ProvisioningSettings`. */
export const PROVISIONING_SETTINGS = Symbol('scim.provisioning.settings');

/** The options that use cases and HTTP share. */
export interface ScimOptionsView {
  readonly defaultCount: number;
  readonly maxCount: number;
  /** @default false */
  readonly reactivateOnCreate?: boolean;
  /** @default false */
  readonly validateAnswers?: boolean;
  readonly features: {
    readonly patch: boolean;
    readonly filter: boolean;
    readonly sort: boolean;
    readonly etag: boolean;
  };
  readonly limits: {
    readonly stringLength: number;
    readonly values: number;
    readonly members: number;
    readonly patchOperations: number;
    readonly pathLength: number;
    readonly attributeNames: number;
    readonly filterLength: number;
    readonly filterDepth: number;
    readonly filterTerms: number;
    readonly filterValueLength: number;
  };
}

/** What the use cases need of the module's options. */
export type ProvisioningSettings = ScimOptionsView;
