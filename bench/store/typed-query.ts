import {
  checkFilter,
  Leniency,
  parseFilter,
  Profile,
  type ResourceType,
  type TypedFilter,
} from 'nestjs-scim/protocol';
import { USERS } from './open-store.js';

/** A query of users by a filter as a client writes it. */
export function withFilter(filter: string): { readonly type: ResourceType; readonly filter: TypedFilter } {
  return { type: USERS, filter: checkFilter(parseFilter(filter), USERS, new Leniency(Profile.strict)) };
}
