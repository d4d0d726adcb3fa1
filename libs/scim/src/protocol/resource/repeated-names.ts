import { ScimError } from '../error/scim-error.js';
import type { JsonObject } from '../schema/json.js';

/**
 * Refuses an object in which two names differ in case only: attribute names ignore case, so each reader could
 * take another one of them (D-01). Only needed when a name is not in the schema's own spelling.
 *
 * @throws ScimError invalidSyntax
 */
export function refuseRepeatedNames(object: JsonObject, where: string): void {
  const seen = new Set<string>();
  for (const name of Object.keys(object)) {
    const lower = name.toLowerCase();
    if (seen.has(lower))
      throw ScimError.invalidSyntax(`${where} holds the same name twice in different letter case.`);
    seen.add(lower);
  }
}
