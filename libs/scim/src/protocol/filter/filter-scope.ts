import { ScimError } from '../error/scim-error.js';
import { resolveAttribute } from '../schema/attribute-notation.js';
import type { Attribute } from '../schema/attribute.js';
import type { ResourceType } from '../schema/resource-type.js';

/** What the names in a filter mean: attributes of a resource, or parts of one element inside brackets. */
export interface FilterScope {
  /** True inside brackets, where no further brackets may stand. */
  readonly element: boolean;
  /** @throws ScimError invalidFilter for a name that the schema lacks */
  resolve(path: string, position: number): Attribute;
}

export function resourceScope(resourceType: ResourceType): FilterScope {
  return {
    element: false,
    resolve(path, position) {
      const reference = resolveAttribute(resourceType, path);
      if (!reference) throw unknownName(path, resourceType.name, position);
      if (reference.kind === 'extension') {
        throw ScimError.invalidFilter(
          'The URN of an extension alone cannot be compared; add an attribute.',
          position,
        );
      }
      return reference.attribute;
    },
  };
}

/**
 * The parts of `attribute`: its sub-attributes, or for a simple multi-valued one the name `value` for the element
 * itself (P-3.4.2.2-11).
 */
export function elementScope(attribute: Attribute): FilterScope {
  return {
    element: true,
    resolve(path, position) {
      const part = attribute.complex
        ? attribute.sub(path)
        : path.toLowerCase() === 'value'
          ? attribute
          : undefined;
      if (!part) throw unknownName(path, attribute.path, position);
      return part;
    },
  };
}

function unknownName(path: string, owner: string, position: number): ScimError {
  // Names come from the client: the grammar bounds their alphabet, this bounds their length.
  return ScimError.invalidFilter(`${owner} has no attribute "${path.slice(0, 200)}".`, position);
}
