import { Leniency, Profile } from '../protocol/compat/profile.js';
import { type Content, completeNewResource } from '../protocol/resource/complete-resource.js';
import type { ReadLimits } from '../protocol/resource/read-context.js';
import { readResource } from '../protocol/resource/read-resource.js';
import type { JsonObject } from '../protocol/schema/json.js';
import type { ResourceType } from '../protocol/schema/resource-type.js';
import type { ReadSignOn } from './read-sign-on.js';

/**
 * The user that is made of a sign-on, under the rules of every other user.
 *
 * @throws ScimError invalidValue when a claim is no value of its attribute, or an attribute is required that is none
 */
export function newAccount(
  type: ResourceType,
  { signOn, email }: ReadSignOn,
  userName: string,
  limits: ReadLimits,
): Content {
  const { externalId, displayName, givenName, familyName } = signOn;
  const name: JsonObject = {
    ...(givenName === undefined ? {} : { givenName }),
    ...(familyName === undefined ? {} : { familyName }),
  };
  const body: JsonObject = {
    schemas: [type.definition.schema.id],
    userName,
    active: true,
    ...(externalId === undefined ? {} : { externalId }),
    ...(displayName === undefined ? {} : { displayName }),
    ...(Object.keys(name).length > 0 ? { name } : {}),
    ...(email === undefined ? {} : { emails: [{ value: email, type: 'work', primary: true }] }),
  };
  const read = readResource(type, body, { leniency: new Leniency(Profile.strict), limits });
  return completeNewResource(type, read, limits);
}
