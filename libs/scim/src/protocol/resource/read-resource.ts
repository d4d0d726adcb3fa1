import { ScimError } from '../error/scim-error.js';
import type { MemberReference } from '../patch/membership.js';
import type { Attribute } from '../schema/attribute.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../schema/json.js';
import type { ResourceType } from '../schema/resource-type.js';
import { attributeReader } from './read-attribute-value.js';
import type { ReadContext } from './read-context.js';
import { readMembers } from './read-members.js';
import { isEmptyText, type ValueReader } from './read-simple-value.js';
import { refuseRepeatedNames } from './repeated-names.js';
import { checkSchemas, schemasOf } from './resource-schemas.js';

/** A resource as a client sent it, checked against the schema and normalised. */
export interface ReadResource {
  /** Stored attributes in the schema's spelling, `schemas` first; nothing read-only, computed or concealed. */
  readonly document: JsonObject;
  /** Attributes that are never returned; those of an extension below its URN. */
  readonly concealed: JsonObject;
  /** Members that the body named; undefined when it did not mention the list. */
  readonly members?: readonly MemberReference[];
  /** Paths of the top-level attributes that the body named, also with null (`userName`, `urn:…:User:manager`). */
  readonly assigned: ReadonlySet<string>;
}

type Slot =
  | { readonly kind: 'schemas' | 'ignored'; readonly name: string }
  | {
      readonly kind: 'stored' | 'concealed';
      readonly name: string;
      readonly path: string;
      readonly read: ValueReader;
    }
  | { readonly kind: 'members'; readonly name: string; readonly attribute: Attribute }
  | { readonly kind: 'container'; readonly name: string; readonly slots: Slots; readonly extension: boolean };

/** By lower-case name and by the schema's own spelling. */
type Slots = ReadonlyMap<string, Slot>;

/** Compiled once for each resource type; types live as long as the application. */
const compiled = new WeakMap<ResourceType, Slots>();

/**
 * Reads the body of a POST or PUT. Read-only attributes are ignored (RFC 7644 §3.3, §3.5.1); defaults, required
 * attributes and mutability are the business of `completeNewResource` and `replaceResource`.
 *
 * @throws ScimError invalidSyntax for a wrong structure, invalidValue for a wrong value
 */
export function readResource(type: ResourceType, body: JsonValue, context: ReadContext): ReadResource {
  if (!isJsonObject(body)) throw ScimError.invalidSyntax('The body must be a JSON object.');
  let slots = compiled.get(type);
  if (!slots) compiled.set(type, (slots = compileType(type)));
  const reading = new Reading(context);
  reading.take(body, slots, 'The body', reading.document, reading.concealed);
  checkSchemas(type, reading.schemas, context);
  const { document, concealed, members, assigned } = reading;
  const head = { schemas: schemasOf(type, document) };
  const first = document['externalId'] === undefined ? head : { ...head, externalId: document['externalId'] };
  return { document: { ...first, ...document }, concealed, members, assigned };
}

class Reading {
  readonly document: JsonObject = {};
  readonly concealed: JsonObject = {};
  readonly assigned = new Set<string>();
  members: MemberReference[] | undefined;
  schemas: JsonValue | undefined;

  constructor(private readonly context: ReadContext) {}

  /** Sorts the members of an object into `document` and `concealed`. */
  take(object: JsonObject, slots: Slots, where: string, document: JsonObject, concealed: JsonObject): void {
    let spelledExactly = true;
    for (const name of Object.keys(object)) {
      const slot = slots.get(name) ?? slots.get(name.toLowerCase());
      if (slot?.name !== name && spelledExactly) {
        refuseRepeatedNames(object, where);
        spelledExactly = false;
      }
      if (slot) this.takeMember(slot, object[name]!, document, concealed);
      else this.ignoreUnknown(where, name);
    }
  }

  private takeMember(slot: Slot, value: JsonValue, document: JsonObject, concealed: JsonObject): void {
    switch (slot.kind) {
      case 'schemas':
        this.schemas = value;
        return;
      case 'ignored':
        return;
      case 'members':
        this.assign(slot.attribute.path);
        this.members = readMembers(slot.attribute, value, this.context);
        return;
      case 'container':
        return this.takeContainer(slot.name, slot.slots, slot.extension, value);
      default: {
        this.assign(slot.path);
        const read = slot.read(value, this.context);
        if (read !== undefined) (slot.kind === 'stored' ? document : concealed)[slot.name] = read;
      }
    }
  }

  /** An extension's object, or base attributes below the base schema's own URN (D-20). */
  private takeContainer(urn: string, slots: Slots, extension: boolean, value: JsonValue): void {
    if (value === null || isEmptyText(value, this.context)) {
      if (extension) for (const slot of slots.values()) if ('path' in slot) this.assigned.add(slot.path);
      return;
    }
    if (!isJsonObject(value)) throw ScimError.invalidValue(`${urn} must be a JSON object.`);
    if (!extension) return this.take(value, slots, urn, this.document, this.concealed);
    const document: JsonObject = {};
    const concealed: JsonObject = {};
    this.take(value, slots, urn, document, concealed);
    if (Object.keys(document).length > 0) this.document[urn] = document;
    if (Object.keys(concealed).length > 0) this.concealed[urn] = concealed;
  }

  private assign(path: string): void {
    // Possible only with the base attributes once at the top and once below their URN.
    if (this.assigned.has(path)) throw ScimError.invalidSyntax(`${path} is given twice.`);
    this.assigned.add(path);
  }

  private ignoreUnknown(where: string, name: string): void {
    const { leniency } = this.context;
    if (!leniency.tolerates('unknownAttributes')) {
      throw ScimError.invalidSyntax(`${where} holds an attribute that its schema does not define.`);
    }
    leniency.applied('unknownAttributes', where.includes(':') ? `${where}:${name}` : name);
  }
}

function compileType(type: ResourceType): Slots {
  const base = slotsOf([...type.attributes.values()].map(slotOf));
  const containers: Slot[] = [{ kind: 'container', name: type.schema.id, extension: false, slots: base }];
  for (const { urn, attributes } of type.extensions.values()) {
    const slots = slotsOf([...attributes.values()].map(slotOf));
    containers.push({ kind: 'container', name: urn, extension: true, slots });
  }
  return new Map([...slotsOf(containers), ...base]);
}

function slotsOf(slots: readonly Slot[]): Slots {
  return new Map([
    ...slots.map((slot) => [slot.name.toLowerCase(), slot] as const),
    ...slots.map((slot) => [slot.name, slot] as const),
  ]);
}

function slotOf(attribute: Attribute): Slot {
  const { name, path } = attribute;
  if (path === 'schemas') return { kind: 'schemas', name };
  if (attribute.mutability === 'readOnly' || attribute.computed) return { kind: 'ignored', name };
  if (attribute.detached) return { kind: 'members', name, attribute };
  const kind = attribute.returned === 'never' ? 'concealed' : 'stored';
  return { kind, name, path, read: attributeReader(attribute) };
}
