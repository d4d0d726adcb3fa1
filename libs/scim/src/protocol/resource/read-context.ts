import type { Leniency } from '../compat/profile.js';

/** Sizes up to which values are read; anything above is refused with invalidValue. */
export interface ReadLimits {
  /** Characters (UTF-16 units) of a string or reference; `userName` and `externalId` have 512 if that is less. */
  readonly stringLength: number;
  /** Elements of one multi-valued attribute. */
  readonly values: number;
  /** Elements of a detached list such as Group.members. @default 10000 */
  readonly arrayLength?: number;
  /** Characters of a binary value; certificates are longer than names. @default 16384 */
  readonly binaryLength?: number;
}

/** What reading a request depends on besides the schema. */
export interface ReadContext {
  readonly leniency: Leniency;
  readonly limits: ReadLimits;
}

/** Defaults: 1024 characters, 200 values, 10000 members, 16384 characters of base64. */
export const DEFAULT_READ_LIMITS: Required<ReadLimits> = {
  stringLength: 1024,
  values: 200,
  arrayLength: 10_000,
  binaryLength: 16_384,
};

/** Longest `userName` and `externalId`: both are kept in unique indexes, whose entries databases limit. */
export const KEY_LENGTH = 512;
