import { ScimError } from '../error/scim-error.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../schema/json.js';
import type { ResourceType } from '../schema/resource-type.js';
import type { ReadContext } from './read-context.js';

/** `schemas` of a document: the base schema, and each extension of which the document holds data (D-06). */
export function schemasOf(type: ResourceType, document: JsonObject): string[] {
  const schemas = [type.schema.id];
  for (const { urn } of type.extensions.values()) {
    const data = document[urn];
    if (isJsonObject(data) && Object.keys(data).length > 0) schemas.push(urn);
  }
  return schemas;
}

/** The document with `schemas` recomputed, and with `schemas` and `externalId` in front: the form that is stored. */
export function arrangeDocument(type: ResourceType, document: JsonObject): JsonObject {
  const { schemas: _, externalId, ...rest } = document;
  const schemas = schemasOf(type, document);
  return externalId === undefined ? { schemas, ...rest } : { schemas, externalId, ...rest };
}

/**
 * Content as it is to be stored, when it was made with a view of the type: data of extensions that the view hides stays
 * what it was. The client that cannot see it cannot send it back.
 */
export function withHidden<T extends StoredContent>(type: ResourceType, current: StoredContent, next: T): T {
  const kept = type.hidden.filter((urn) => Object.hasOwn(current.document, urn));
  const concealed = type.hidden.filter((urn) => Object.hasOwn(current.concealed, urn));
  if (kept.length === 0 && concealed.length === 0) return next;
  const keep = (to: JsonObject, from: JsonObject, urns: readonly string[]): JsonObject => ({
    ...to,
    ...Object.fromEntries(urns.map((urn) => [urn, from[urn]!])),
  });
  return {
    ...next,
    document: arrangeDocument(type.whole, keep(next.document, current.document, kept)),
    concealed: keep(next.concealed, current.concealed, concealed),
  };
}

interface StoredContent {
  readonly document: JsonObject;
  readonly concealed: JsonObject;
}

/**
 * Checks the `schemas` that a client sent; `undefined` stands for a body without it. URNs of extensions need not be
 * listed (D-05), their data speaks for itself.
 *
 * @throws ScimError invalidSyntax
 */
export function checkSchemas(type: ResourceType, sent: JsonValue | undefined, context: ReadContext): void {
  const { leniency, limits } = context;
  const list = listOfUrns(sent, context);
  if (list.length > limits.values)
    throw ScimError.invalidSyntax(`schemas may have at most ${limits.values} values.`);
  const seen = new Set<string>();
  for (const urn of list) {
    const lower = urn.toLowerCase();
    if (seen.has(lower)) throw ScimError.invalidSyntax('schemas holds the same URN twice.');
    seen.add(lower);
  }
  const base = type.schema.id.toLowerCase();
  if (!seen.has(base)) {
    if (!leniency.tolerates('missingSchemas')) {
      throw ScimError.invalidSyntax(`schemas must contain ${type.schema.id}.`);
    }
    leniency.applied('missingSchemas');
  }
  for (const urn of seen) {
    if (urn === base || type.extensions.has(urn)) continue;
    if (!leniency.tolerates('unknownSchemas')) {
      throw ScimError.invalidSyntax(`schemas holds a URN that ${type.name} does not have.`);
    }
    leniency.applied('unknownSchemas');
  }
}

function listOfUrns(sent: JsonValue | undefined, { leniency }: ReadContext): string[] {
  if (sent === undefined || sent === null) return [];
  if (typeof sent === 'string' && leniency.tolerates('singleForList')) {
    leniency.applied('singleForList');
    return [sent];
  }
  if (!Array.isArray(sent)) throw ScimError.invalidSyntax('schemas must be a JSON array of URNs.');
  return sent.map((urn) => {
    if (typeof urn === 'string') return urn;
    throw ScimError.invalidSyntax('schemas must be a JSON array of URNs.');
  });
}
