import { valueAt } from '../filter/document-values.js';
import { arrangeDocument } from '../resource/resource-schemas.js';
import { sameDocument } from '../resource/same-value.js';
import type { Attribute } from '../schema/attribute.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../schema/json.js';
import type { CompiledExtension, ResourceType } from '../schema/resource-type.js';

/** A resource before a PATCH. Nothing of it is ever changed in place. */
export interface PatchedResource {
  /** Stored attributes; without id, meta, computed, detached and concealed ones. */
  readonly document: JsonObject;
  /** Attributes that are never returned. */
  readonly concealed: JsonObject;
  /** Server-owned attributes (`id`, `meta`, `groups`) as the client sees them, for values sent back (D-41). */
  readonly readOnly?: JsonObject;
}

/**
 * The running result of a PATCH: the resource as it was, and above it the top-level attributes that operations have
 * given another value. Values are never changed in place, so an operation that fails leaves no trace.
 */
export class PatchDraft {
  private readonly written = new Map<Attribute, JsonValue | undefined>();

  constructor(
    private readonly type: ResourceType,
    private readonly current: PatchedResource,
  ) {}

  /** Value of a top-level attribute as the operations so far have left it. */
  get(attribute: Attribute): JsonValue | undefined {
    return this.written.has(attribute) ? this.written.get(attribute) : this.original(attribute);
  }

  /** Value of a top-level attribute before the PATCH. */
  original(attribute: Attribute): JsonValue | undefined {
    const holder = concealed(attribute) ? this.current.concealed : this.current.document;
    const stored = valueAt(holder, attribute.keys);
    if (stored !== undefined || attribute.mutability !== 'readOnly' || !this.current.readOnly) return stored;
    return valueAt(this.current.readOnly, attribute.keys);
  }

  /** Gives a top-level attribute its next value; undefined unassigns it. */
  put(attribute: Attribute, value: JsonValue | undefined): void {
    if (value !== this.get(attribute)) this.written.set(attribute, value);
  }

  /** Top-level attributes that some operation has written. */
  get writtenAttributes(): Iterable<Attribute> {
    return this.written.keys();
  }

  /** Whether the resource has visible data of an extension. */
  holds(extension: CompiledExtension): boolean {
    for (const attribute of extension.attributes.values()) {
      if (!concealed(attribute) && !attribute.computed && this.get(attribute) !== undefined) return true;
    }
    return false;
  }

  /** Stored content after the PATCH; the very objects of before where nothing is different (D-32). */
  content(): { document: JsonObject; concealed: JsonObject; changed: boolean } {
    let { document, concealed: hidden } = this.current;
    for (const [attribute, value] of this.written) {
      if (sameDocument(value, this.original(attribute))) continue;
      if (concealed(attribute)) hidden = assign(hidden, this.current.concealed, attribute, value);
      else document = assign(document, this.current.document, attribute, value);
    }
    const visible = document !== this.current.document;
    return {
      document: visible ? arrangeDocument(this.type, document) : document,
      concealed: hidden,
      changed: visible || hidden !== this.current.concealed,
    };
  }
}

function concealed(attribute: Attribute): boolean {
  return attribute.returned === 'never';
}

/** `root` with the attribute assigned; a copy where `root` is still the `original`. Extensions are copied too. */
function assign(
  root: JsonObject,
  original: JsonObject,
  attribute: Attribute,
  value: JsonValue | undefined,
): JsonObject {
  const target = root === original ? { ...root } : root;
  const { extensionUrn, name } = attribute;
  if (extensionUrn === undefined) return withMember(target, name, value);
  const container = target[extensionUrn];
  const data = withMember({ ...(isJsonObject(container) ? container : {}) }, name, value);
  return withMember(target, extensionUrn, Object.keys(data).length > 0 ? data : undefined);
}

function withMember(target: JsonObject, name: string, value: JsonValue | undefined): JsonObject {
  if (value === undefined) delete target[name];
  else target[name] = value;
  return target;
}
