import { ScimError } from '../protocol/error/scim-error.js';
import type { DatabaseFault } from './dialects/database-fault.js';
import type { Dialect } from './dialects/dialect.js';

/** Texts for the unique indexes; the second name of each is how SQLite tells it. */
const UNIQUE: ReadonlyMap<string, string> = new Map([
  ['uq_scim_user_name', 'Another user has this userName.'],
  ['scim_user.user_name_key', 'Another user has this userName.'],
  ['uq_scim_group_name', 'Another group has this displayName.'],
  ['scim_group.unique_name_key', 'Another group has this displayName.'],
  ['uq_scim_attribute_value', 'Another resource has the same value of an attribute that must be unique.'],
  [
    'scim_attribute_value.unique_key',
    'Another resource has the same value of an attribute that must be unique.',
  ],
]);

/**
 * The error that a client is told, for a fault of its data or of the database's availability; any other error
 * comes back as it is. Constraints are told apart by name; of the values nothing is repeated.
 */
export function toScimError(error: unknown, dialect: Dialect): unknown {
  if (error instanceof ScimError) return error;
  const fault = faultOf(error, dialect);
  switch (fault?.kind) {
    case 'unique': {
      const known = fault.names.map((name) => UNIQUE.get(name)).find((text) => text !== undefined);
      return ScimError.uniqueness(known ?? 'Another resource has a value that must be unique.');
    }
    case 'value':
      return ScimError.invalidValue('A value is too long or holds a character that cannot be stored.');
    case 'retry':
    case 'timeout':
      return ScimError.unavailable('The server is busy; try again.', 1, error);
    case 'unavailable':
      return ScimError.unavailable('The database is not available; try again.', 5, error);
    case 'referenced':
    case 'untouched':
    case undefined:
      return error;
  }
}

/** What an error means to the database, as the driver throws it or as TypeORM wraps it. */
export function faultOf(error: unknown, dialect: Dialect): DatabaseFault | undefined {
  return dialect.fault((error as { driverError?: unknown } | undefined)?.driverError ?? error);
}
