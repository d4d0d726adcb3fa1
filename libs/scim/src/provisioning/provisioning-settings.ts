import type { ReadLimits } from '../protocol/resource/read-context.js';

/** Injection token of `ProvisioningSettings`. */
export const PROVISIONING_SETTINGS = Symbol('scim.provisioning.settings');

/** The options that use cases and HTTP share. */
export interface ScimOptionsView {
  readonly defaultCount: number;
  readonly maxCount: number;
  /** Undefined: a key of this process. */
  readonly cursorKey?: string | Uint8Array;
  readonly cursorTimeoutSeconds: number;
  readonly defaultPagination: 'index' | 'cursor';
  /** Most resources that a query over all types may match by index. */
  readonly rootQueryLimit: number;
  /** @default false */
  readonly reactivateOnCreate?: boolean;
  /** @default false */
  readonly validateAnswers?: boolean;
  readonly features: {
    readonly patch: boolean;
    readonly filter: boolean;
    readonly sort: boolean;
    readonly etag: boolean;
    readonly rootQuery: boolean;
    readonly bulk: boolean;
  };
  readonly bulk: {
    readonly maxOperations: number;
    readonly maxPayloadSize: number;
    readonly atomic: boolean;
    readonly includeResponses: boolean;
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

/** The limits under which bodies and PATCH values are read. */
export function readLimitsOf({ limits }: ProvisioningSettings): ReadLimits {
  return { ...limits, arrayLength: limits.members };
}

/** What the use cases need of the module's options. */
export type ProvisioningSettings = ScimOptionsView;
