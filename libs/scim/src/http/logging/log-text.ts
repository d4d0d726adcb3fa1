import { SCIM_TOKEN_PATTERN } from '../../tokens/token-format.js';
import { isWellFormed } from '../../protocol/text/well-formed.js';

const TOKENS = new RegExp(SCIM_TOKEN_PATTERN, 'g');
// oxlint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u001f\u007f]/g;

/** What a client wrote, fit for the log: one line that every database takes, and no token pasted into the wrong field. */
export function logText(text: string): string {
  const plain = isWellFormed(text) ? text : Buffer.from(text).toString('utf8');
  return plain.replace(CONTROLS, ' ').replace(TOKENS, 'scim_…');
}
