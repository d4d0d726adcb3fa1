import { isJsonObject, type JsonObject, type JsonValue } from '../schema/json.js';

/** A member of a complex value or element; `name` in the schema's spelling. */
export function partOf(holder: JsonValue | undefined, name: string): JsonValue | undefined {
  return isJsonObject(holder) && Object.hasOwn(holder, name) ? holder[name] : undefined;
}

/** A complex value or element with one member assigned or, with undefined, without it; undefined when empty. */
export function withPart(
  holder: JsonValue | undefined,
  name: string,
  value: JsonValue | undefined,
): JsonValue | undefined {
  const members: JsonObject = isJsonObject(holder) ? { ...holder } : {};
  if (value === undefined) delete members[name];
  else members[name] = value;
  return Object.keys(members).length > 0 ? members : undefined;
}
