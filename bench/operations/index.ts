import { DISCOVERY } from './discovery.js';
import { groupOperations } from './group-operations.js';
import type { Operation } from './operation.js';
import { lookUps, USER_READS } from './user-reads.js';
import { USER_WRITES } from './user-writes.js';

/** Everything that is measured with every server. */
export const OPERATIONS: readonly Operation[] = [
  DISCOVERY,
  ...USER_READS,
  ...USER_WRITES,
  ...groupOperations(),
];

/** The same look-ups in each of the tenants that grow in size. */
export function growthOperations(place: number): Operation[] {
  return lookUps(({ steps }) => steps[place]!, `@${place}`);
}

/** @throws Error when there is none of that name */
export function operationNamed(name: string): Operation {
  const [, place] = name.split('@');
  const known = place === undefined ? OPERATIONS : growthOperations(Number(place));
  const found = known.find((operation) => operation.name === name);
  if (!found) throw new Error(`There is no operation ${name}.`);
  return found;
}
