import { operationNamed } from '../operations/index.js';
import type { Operation } from '../operations/operation.js';

/** What the peers have too. Answers are looked at for what every implementation must say. */
const JUDGES: Readonly<Record<string, Operation['isRight']>> = {
  'get-user': operationNamed('get-user').isRight,
  'filter-user-name': (body) => /"totalResults":\s?1\b/.test(body),
  'filter-external-id': (body) => /"totalResults":\s?1\b/.test(body),
  list: (body) => body.split('"userName"').length > 40,
  'create-user': (body) => body.includes('"id":'),
  'patch-active': (body) => body === '' || body.includes('"userName"'),
  'put-user': (body) => body.includes('"userName"'),
  'add-member-middle': () => true,
};

/** @param name of an operation, as sent to the peers and to ours in the same comparison */
function forPeers(name: string): Operation {
  const operation = operationNamed(name);
  // A peer may answer a PATCH with or without the resource.
  const statuses = name.startsWith('patch') || name.startsWith('add') ? [200, 204] : undefined;
  return { ...operation, most: Math.min(operation.most ?? 2000, 2000), statuses, isRight: JUDGES[name]! };
}

export const PEER_OPERATIONS: readonly Operation[] = Object.keys(JUDGES).map(forPeers);
