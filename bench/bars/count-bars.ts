import type { Counted } from '../counts/count-requests.js';
import { type Bar, bar } from './bar.js';

/** Operations whose statements are counted. */
export const COUNTED = [
  'get-user',
  'filter-user-name',
  'filter-external-id',
  'filter-email',
  'list',
  'create-user',
  'patch-title',
  'patch-active',
  'patch-email',
  'put-user',
  'delete-user',
  'add-member-small',
  'add-member-huge',
  'remove-member-huge',
  'read-group-alone-huge',
];

/** Goals that are counts (performance by numbers that no other load on the machine can move). */
export function countBars(counted: ReadonlyMap<string, Counted>): Bar[] {
  const naming = (operation: string, pattern: RegExp): number | undefined =>
    counted.get(operation)?.sent.filter(({ text }) => pattern.test(text)).length;
  return [
    bar(
      '12 GET a group without its members: statements on members',
      naming('read-group-alone-huge', /scim_group_member/),
      '<=',
      0,
    ),
    ...['filter-user-name', 'filter-external-id', 'filter-email'].map((operation) =>
      bar(`15 ${operation}: statements that count`, naming(operation, /count\(/), '<=', 0),
    ),
    bar('16 POST a user: statements, besides the outbox', ofResource(counted.get('create-user')), '<=', 2),
    bar('16 POST a user: transactions', transactions(counted.get('create-user')), '<=', 1),
    bar(
      '17 PATCH of one attribute: statements, besides the outbox',
      ofResource(counted.get('patch-title')),
      '<=',
      2,
    ),
    bar('18 list of 100: statements', counted.get('list')?.statements, '<=', 3),
  ];
}

/** The log is written in its own time, for many requests at once. */
const ASIDE = /scim_outbox|scim_log/;

/** Statements that neither begin nor end a transaction, nor write an event or the log. */
function ofResource(counted: Counted | undefined): number | undefined {
  if (!counted) return undefined;
  const aside = counted.sent.filter(({ text }) => ASIDE.test(text)).length;
  return counted.statements - counted.transactionStatements - aside;
}

function transactions(counted: Counted | undefined): number | undefined {
  return counted?.sent.filter(({ text }) => /^\s*(start transaction|begin)/i.test(text)).length;
}
