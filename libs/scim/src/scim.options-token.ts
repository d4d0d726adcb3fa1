/** Injection token of the resolved options, all defaults filled in. */
export const SCIM_OPTIONS = Symbol('scim.options');
