import { comparisonKey } from '../protocol/text/comparison-key.js';

/** Whether a login name is to be treated as an address: whoever controls that mailbox could claim it. */
export function isAddress(text: string): boolean {
  return text.includes('@');
}

/** What stands behind the last `@`, in lower case; empty for a text without one. */
export function domainOf(address: string): string {
  const at = address.lastIndexOf('@');
  return at < 0 ? '' : comparisonKey(address.slice(at + 1)).replace(/\.$/, '');
}

/** Whether two texts name one login or mailbox, as filters and uniqueness have it. */
export function sameName(a: string, b: string): boolean {
  return comparisonKey(a) === comparisonKey(b);
}
