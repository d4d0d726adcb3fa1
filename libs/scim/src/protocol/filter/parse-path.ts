import type { Leniency } from '../compat/profile.js';
import { ScimError } from '../error/scim-error.js';
import { resolveAttribute, type AttributeReference } from '../schema/attribute-notation.js';
import type { Attribute } from '../schema/attribute.js';
import type { CompiledExtension, ResourceType } from '../schema/resource-type.js';
import type { Filter } from './ast.js';
import { scanAttributePath } from './attribute-path.js';
import { checkElementFilter } from './check-filter.js';
import { DEFAULT_FILTER_LIMITS, type FilterLimits } from './filter-limits.js';
import { parseBracketed } from './parse-filter.js';
import type { TypedFilter } from './typed-filter.js';

/** Target of a PATCH operation (RFC 7644 §3.5.2). */
export type PatchPath =
  /** An attribute or sub-attribute; a sub-attribute of a multi-valued one means that of every element. */
  | { readonly kind: 'attribute'; readonly attribute: Attribute }
  /** A whole extension. */
  | { readonly kind: 'extension'; readonly extension: CompiledExtension }
  /** The elements that a filter selects, or one sub-attribute of each. */
  | {
      readonly kind: 'valuePath';
      /** Multi-valued. */
      readonly attribute: Attribute;
      /** For `evaluateElement`. */
      readonly filter: TypedFilter;
      /** As written; see `equalityTerms`. */
      readonly source: Filter;
      readonly sub?: Attribute;
    };

/** Bounds of a PATCH path. */
export interface PathLimits {
  /** Characters of the path with its filter. */
  readonly length: number;
  readonly filter: FilterLimits;
}

export const DEFAULT_PATH_LIMITS: PathLimits = { length: 1024, filter: DEFAULT_FILTER_LIMITS };

const OPEN_BRACKET = 0x5b;
const DOT = 0x2e;

/**
 * Reads the path of a PATCH operation: `[URN:]attribute[.sub]` or `[URN:]attribute[filter][.sub]`
 * (RFC 7644 §3.5.2, Figure 7). Letter case does not matter.
 *
 * Returns undefined when the path is well formed but the resource type has no such attribute; the caller refuses it
 * or skips the operation (tolerance `unknownPaths`).
 *
 * @throws ScimError invalidPath when it cannot be read or puts brackets where they have no meaning
 * @throws ScimError invalidFilter for what stands inside the brackets
 */
export function parsePath(
  text: string,
  resourceType: ResourceType,
  leniency: Leniency,
  limits: PathLimits = DEFAULT_PATH_LIMITS,
): PatchPath | undefined {
  if (text.length > limits.length)
    throw ScimError.invalidPath(`A path may have at most ${limits.length} characters.`);
  const end = attributeEnd(text, 0);
  const notation = text.slice(0, end);
  if (end === text.length) return resolve(resourceType, notation, leniency);
  if (text.charCodeAt(end) !== OPEN_BRACKET)
    throw ScimError.invalidPath('The path cannot go on like this.', end);

  const { filter: source, end: behind } = parseBracketed(text, end + 1, limits.filter);
  const subName = trailingSub(text, behind);
  const reference = resolve(resourceType, notation, leniency);
  if (!reference) return undefined;
  const attribute = selectable(reference, end);
  const filter = checkElementFilter(source, attribute, leniency);
  if (subName === undefined) return { kind: 'valuePath', attribute, filter, source };
  const sub = attribute.sub(subName);
  return sub && { kind: 'valuePath', attribute, filter, source, sub };
}

/** One `path eq value` of a value filter, as written. */
export interface EqualityTerm {
  /** Name of a sub-attribute, or `value`, as the client spelt it. */
  readonly path: string;
  readonly value: string | number | boolean;
}

/**
 * The comparisons of a value filter that does nothing but `eq` joined by `and`: what an element made for it must
 * hold. Undefined for every other filter, also when it asks one name for two values or for null.
 */
export function equalityTerms(source: Filter): readonly EqualityTerm[] | undefined {
  const terms = new Map<string, EqualityTerm>();
  const collect = (filter: Filter): boolean => {
    if (filter.kind === 'and') return filter.operands.every(collect);
    if (filter.kind !== 'compare' || filter.operator !== 'eq' || filter.value === null) return false;
    const name = filter.path.toLowerCase();
    const known = terms.get(name);
    if (known && known.value !== filter.value) return false;
    terms.set(name, { path: filter.path, value: filter.value });
    return true;
  };
  return collect(source) ? [...terms.values()] : undefined;
}

function attributeEnd(text: string, start: number): number {
  const end = scanAttributePath(text, start);
  if (end < 0) throw ScimError.invalidPath('An attribute name was expected here.', -1 - end);
  return end;
}

/** `.sub` behind the brackets, and nothing more. */
function trailingSub(text: string, start: number): string | undefined {
  if (start === text.length) return undefined;
  if (text.charCodeAt(start) !== DOT) {
    throw ScimError.invalidPath('Only a dot and a sub-attribute may follow the brackets.', start);
  }
  const end = attributeEnd(text, start + 1);
  const name = text.slice(start + 1, end);
  if (end < text.length || name.includes('.') || name.includes(':')) {
    throw ScimError.invalidPath('One sub-attribute name was expected here.', start + 1);
  }
  return name;
}

function resolve(
  resourceType: ResourceType,
  notation: string,
  leniency: Leniency,
): AttributeReference | undefined {
  const reference = resolveAttribute(resourceType, notation);
  if (reference || !leniency.tolerates('dotAfterUrn')) return reference;
  const lower = notation.toLowerCase();
  for (const urn of [resourceType.schema.id, ...resourceType.extensions.keys()]) {
    if (!lower.startsWith(`${urn.toLowerCase()}.`)) continue;
    const corrected = resolveAttribute(resourceType, `${urn}:${notation.slice(urn.length + 1)}`);
    if (!corrected) continue;
    leniency.applied('dotAfterUrn');
    return corrected;
  }
  return undefined;
}

function selectable(reference: AttributeReference, position: number): Attribute {
  if (reference.kind === 'extension' || !reference.attribute.multiValued || reference.attribute.parent) {
    throw ScimError.invalidPath('Brackets may only follow a multi-valued attribute.', position);
  }
  return reference.attribute;
}
