import type { ValuePolicy } from '../../log/value-policy.js';
import type { Filter } from '../../protocol/filter/ast.js';
import { printFilter } from '../../protocol/filter/print-filter.js';
import { resolveAttribute } from '../../protocol/schema/attribute-notation.js';
import type { ResourceType } from '../../protocol/schema/resource-type.js';

/** Whether a parameter's value says something about the request and nothing about anybody. */
const HARMLESS: Readonly<Record<string, RegExp>> = {
  startIndex: /^-?\d{1,15}$/,
  count: /^-?\d{1,15}$/,
  sortOrder: /^(ascending|descending)$/,
};
const NAMES = new Set(['attributes', 'excludedAttributes', 'sortBy']);
const LONGEST = 1000;

/**
 * The query of a request with its values left out: the filter with question marks for what is compared with,
 * attributes by their known names. Parameters that SCIM does not know are dots.
 *
 * @param filter as it was parsed; undefined when there is none, or it could not be read
 */
export function queryShape(
  query: URLSearchParams,
  type: ResourceType | undefined,
  filter: Filter | undefined,
  policy: ValuePolicy,
): string | undefined {
  const shown = filter && printFilter(filter, (value) => policy.placeholder(value));
  // Of POST .search the filter is in the body.
  if (query.size === 0) return shown && `filter=${shown}`.slice(0, LONGEST);
  const parts: string[] = [];
  for (const [name, value] of query) {
    if (name === 'filter') parts.push(`filter=${shown ?? '?'}`);
    else if (name === 'cursor') parts.push('cursor=?');
    else if (HARMLESS[name]) parts.push(`${name}=${HARMLESS[name].test(value) ? value : '?'}`);
    else if (NAMES.has(name)) parts.push(`${name}=${knownNames(type, value)}`);
    else if (parts.at(-1) !== '…') parts.push('…');
  }
  return parts.join('&').slice(0, LONGEST);
}

function knownNames(type: ResourceType | undefined, list: string): string {
  const names = list.slice(0, LONGEST).split(',');
  return names.map((name) => (type && resolveAttribute(type, name.trim()) ? name.trim() : '?')).join(',');
}
