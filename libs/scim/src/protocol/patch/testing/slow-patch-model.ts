import type { JsonObject, JsonValue } from '../../schema/json.js';

/** An operation on the schema of the model, see `patchSlowly`. */
export interface ModelOperation {
  readonly op: 'add' | 'remove' | 'replace';
  readonly path: string;
  readonly value?: JsonValue;
}

/** The model refuses the whole request; `word` is the scimType. */
export class ModelRefusal extends Error {
  constructor(readonly word: string) {
    super(word);
  }
}

interface Element {
  value?: string;
  type?: string;
  display?: string;
  primary?: boolean;
}

interface Person {
  userName?: string;
  title?: string;
  name?: { givenName?: string; familyName?: string };
  emails?: Element[];
}

/**
 * What a PATCH must do to a small part of the User schema (userName, title, name, emails), by the decision table row
 * by row, for the strict profile and for values of the right type. Slow and obvious: a full deep copy for each
 * operation, nothing shared with the engine.
 */
export function patchSlowly(document: JsonObject, operations: readonly ModelOperation[]): JsonObject {
  let person = structuredClone(document) as Person;
  let removedUserName = false;
  for (const operation of operations) {
    person = structuredClone(person);
    perform(person, operation);
    removedUserName ||= operation.path === 'userName' && operation.op === 'remove';
    tidy(person);
  }
  if (person.userName === undefined) throw new ModelRefusal(removedUserName ? 'mutability' : 'invalidValue');
  return person as JsonObject;
}

function perform(person: Person, { op, path, value }: ModelOperation): void {
  if (op !== 'remove' && value === undefined) throw new ModelRefusal('invalidValue');
  const nothing = op === 'add' && (value === null || (Array.isArray(value) && value.length === 0));
  switch (path) {
    case 'userName':
    case 'title':
      if (op === 'remove' || value === null) {
        if (!nothing) delete person[path];
      } else person[path] = value as string;
      return;
    case 'name':
      if (op === 'remove' || value === null) {
        if (!nothing) delete person.name;
      } else mergeInto((person.name ??= {}), op, value as JsonObject);
      return;
    case 'name.givenName':
      if (op === 'remove' || value === null) {
        if (!nothing) delete person.name?.givenName;
      } else (person.name ??= {}).givenName = value as string;
      return;
    default:
      return performOnEmails(person, op, path, value, nothing);
  }
}

function performOnEmails(
  person: Person,
  op: ModelOperation['op'],
  path: string,
  value: JsonValue | undefined,
  nothing: boolean,
): void {
  if (op === 'remove' && path === 'emails' && value !== undefined && value !== null) {
    throw new ModelRefusal('invalidSyntax');
  }
  const emails = (person.emails ??= []);
  const [, filter, sub] = /^emails(\[.*\])?(?:\.(\w+))?$/.exec(path)!;
  if (filter === undefined && sub === undefined) {
    if (op === 'remove') person.emails = [];
    else if (op === 'replace') person.emails = sentElements(value);
    else for (const element of sentElements(value)) addElement(emails, element);
    return;
  }
  const selected = emails.filter((element) => filter === undefined || matches(element, filter));
  if (op === 'remove') {
    if (sub === undefined) person.emails = emails.filter((element) => !selected.includes(element));
    else for (const element of selected) delete element[sub as keyof Element];
    return;
  }
  if (selected.length === 0) {
    if (filter === undefined && (value === null || (Array.isArray(value) && value.length === 0))) return;
    throw new ModelRefusal('noTarget');
  }
  if (nothing) return;
  if (sub === undefined && (value === null || (Array.isArray(value) && value.length === 0))) {
    person.emails = emails.filter((element) => !selected.includes(element));
    return;
  }
  const parts: JsonObject = sub === undefined ? (value as JsonObject) : { [sub]: value! };
  for (const element of selected) mergeInto(element as JsonObject, op, parts);
  const primaries = selected.filter((element) => element.primary === true);
  if (primaries.length > 1) throw new ModelRefusal('invalidValue');
  if (primaries.length === 1) demoteOthers(emails, primaries[0]!);
}

function sentElements(value: JsonValue | undefined): Element[] {
  if (value === null || value === undefined) return [];
  const list = (Array.isArray(value) ? value : [value]).map((element) => structuredClone(element) as Element);
  if (list.filter((element) => element.primary === true).length > 1) throw new ModelRefusal('invalidValue');
  return list;
}

function addElement(emails: Element[], element: Element): void {
  const same = emails.find(
    (present) => lower(present.value) === lower(element.value) && lower(present.type) === lower(element.type),
  );
  if (same)
    Object.assign(same, {
      ...element,
      value: same.value,
      ...(same.type === undefined ? {} : { type: same.type }),
    });
  else emails.push(element);
  if (element.primary === true) demoteOthers(emails, same ?? element);
}

function demoteOthers(emails: Element[], winner: Element): void {
  for (const element of emails) if (element !== winner && element.primary === true) element.primary = false;
}

function mergeInto(target: JsonObject, op: string, parts: JsonObject): void {
  for (const [name, part] of Object.entries(parts)) {
    if (part !== null) target[name] = part;
    else if (op === 'replace') delete target[name];
  }
}

function matches(element: Element, filter: string): boolean {
  switch (filter) {
    case '[type eq "work"]':
      return lower(element.type) === 'work';
    case '[primary eq true]':
      return element.primary === true;
    case '[primary eq false]':
      return element.primary !== true;
    case '[not (type pr)]':
      return element.type === undefined;
    default:
      throw new Error(`The model does not know the filter ${filter}.`);
  }
}

function lower(text: string | undefined): string | undefined {
  return text?.toLowerCase();
}

/** What is empty is unassigned. */
function tidy(person: Person): void {
  if (person.name && Object.keys(person.name).length === 0) delete person.name;
  person.emails = person.emails?.filter((element) => Object.keys(element).length > 0);
  if (person.emails?.length === 0) delete person.emails;
}
