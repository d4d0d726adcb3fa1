import type { Attribute } from './attribute.js';
import type { CompiledExtension, ResourceType } from './resource-type.js';

/** What a name in attribute notation (RFC 7644 §3.10) stands for in a resource type. */
export type AttributeReference =
  | { readonly kind: 'attribute'; readonly attribute: Attribute }
  | { readonly kind: 'extension'; readonly extension: CompiledExtension };

/**
 * Resolves `[URN:]attribute[.sub]` against a resource type, all parts without case (RFC 7644 §3.10).
 *
 * A URN contains colons and dots itself, so the longest known schema URN is cut off first and only the rest is
 * split. A bare name that the base schema lacks is looked up in the extensions and accepted when exactly one of
 * them defines it (P-3.4.2.2-09). Returns undefined when nothing of that name is known.
 */
export function resolveAttribute(
  resourceType: ResourceType,
  notation: string,
): AttributeReference | undefined {
  const lower = notation.toLowerCase();
  const known = longestUrn(resourceType, lower);
  if (known) {
    if (known.length === notation.length) {
      const extension = resourceType.extension(known);
      return extension ? { kind: 'extension', extension } : undefined;
    }
    const rest = notation.slice(known.length + 1);
    const extension = resourceType.extension(known);
    return within(rest, (name) =>
      extension ? extension.attributes.get(name) : resourceType.attributes.get(name),
    );
  }
  if (lower.startsWith('urn:')) return undefined;
  return within(
    notation,
    (name) => resourceType.attributes.get(name) ?? soleExtensionAttribute(resourceType, name),
  );
}

function longestUrn(resourceType: ResourceType, lower: string): string | undefined {
  let longest: string | undefined;
  const consider = (urn: string): void => {
    if (!lower.startsWith(urn) || (longest !== undefined && longest.length >= urn.length)) return;
    if (lower.length === urn.length || lower[urn.length] === ':') longest = urn;
  };
  consider(resourceType.schema.id.toLowerCase());
  for (const urn of resourceType.extensions.keys()) consider(urn);
  return longest;
}

function within(
  rest: string,
  top: (lowerName: string) => Attribute | undefined,
): AttributeReference | undefined {
  const dot = rest.indexOf('.');
  const attribute = top((dot < 0 ? rest : rest.slice(0, dot)).toLowerCase());
  if (!attribute) return undefined;
  if (dot < 0) return { kind: 'attribute', attribute };
  const sub = attribute.sub(rest.slice(dot + 1));
  return sub ? { kind: 'attribute', attribute: sub } : undefined;
}

function soleExtensionAttribute(resourceType: ResourceType, lowerName: string): Attribute | undefined {
  let found: Attribute | undefined;
  for (const extension of resourceType.extensions.values()) {
    const attribute = extension.attributes.get(lowerName);
    if (!attribute) continue;
    if (found) return undefined;
    found = attribute;
  }
  return found;
}
