import {
  departmentOf,
  DEPARTMENTS,
  emailOf,
  ENTERPRISE_SCHEMA,
  externalIdOf,
  userNameOf,
} from '../data/person.js';
import type { Directory, Tenant } from '../data/directory.js';
import { MANY, type Operation, spread } from './operation.js';

const filtered = (filter: string, count = 100): string =>
  `/Users?filter=${encodeURIComponent(filter)}&startIndex=1&count=${count}`;

/** The answer holds exactly the one user. */
const findsOne = (body: string, id: string): boolean =>
  body.includes('"totalResults":1,') && body.includes(`"id":"${id}"`);

/** Reads of single users in a tenant of any size. */
export function lookUps(tenant: (directory: Directory) => Tenant, suffix = ''): Operation[] {
  const number = (request: number, { users }: Tenant): number => spread(request, users);
  const lookUp = (
    name: string,
    title: string,
    filter: (domain: string, number: number) => string,
  ): Operation => ({
    name: name + suffix,
    title,
    connections: MANY,
    status: 200,
    tenant,
    request: (i, { directory }) => {
      const of = tenant(directory);
      return { method: 'GET', path: filtered(filter(of.domain, number(i, of))) };
    },
    isRight: (body, i, { directory }) => {
      const of = tenant(directory);
      return findsOne(body, directory.userId(of, number(i, of)));
    },
  });
  const read = (name: string, title: string, query = ''): Operation => ({
    name: name + suffix,
    title,
    connections: MANY,
    status: 200,
    tenant,
    request: (i, { directory }) => {
      const of = tenant(directory);
      return { method: 'GET', path: `/Users/${directory.userId(of, number(i, of))}${query}` };
    },
    isRight: (body, i, { directory }) => {
      const of = tenant(directory);
      const isAsAsked = query === '' || !body.includes('"groups"');
      return isAsAsked && body.includes(`"id":"${directory.userId(of, number(i, of))}"`);
    },
  });
  return [
    read('get-user', 'GET a user by id'),
    read('get-user-alone', 'GET a user without its groups', '?excludedAttributes=groups'),
    lookUp('filter-user-name', 'filter userName eq', (domain, n) => `userName eq "${userNameOf(domain, n)}"`),
    lookUp(
      'filter-external-id',
      'filter externalId eq',
      (domain, n) => `externalId eq "${externalIdOf(domain, n)}"`,
    ),
    lookUp(
      'filter-email',
      'filter emails.value eq',
      (domain, n) => `emails.value eq "${emailOf(domain, n)}"`,
    ),
    lookUp(
      'filter-value-path',
      'filter emails[type eq and value eq]',
      (domain, n) => `emails[type eq "work" and value eq "${emailOf(domain, n)}"]`,
    ),
  ];
}

const isPage = (body: string, resources: number): boolean => body.includes(`"itemsPerPage":${resources}`);

/** Reads of pages. */
const PAGES: Operation[] = [
  {
    name: 'filter-department',
    title: 'filter by an attribute of the enterprise extension, not indexed',
    connections: 2,
    status: 200,
    request: (i) => ({
      method: 'GET',
      path: filtered(`${ENTERPRISE_SCHEMA}:department eq "${departmentOf(i % DEPARTMENTS)}"`, 10),
    }),
    isRight: (body) => isPage(body, 10),
  },
  {
    name: 'list',
    title: 'list, first page of 100',
    connections: 4,
    status: 200,
    request: () => ({ method: 'GET', path: '/Users?startIndex=1&count=100' }),
    isRight: (body, _, { directory }) =>
      isPage(body, 100) && body.includes(directory.userId(directory.large, 99)),
  },
  {
    name: 'list-deep-index',
    title: 'list, deep page of 100 by startIndex',
    connections: 4,
    status: 200,
    request: (_, { directory }) => ({
      method: 'GET',
      path: `/Users?startIndex=${directory.sizes.deep + 1}&count=100`,
    }),
    isRight: (body, _, { directory }) =>
      isPage(body, 100) && body.includes(directory.userId(directory.large, directory.sizes.deep + 99)),
  },
  {
    name: 'list-first-cursor',
    title: 'list, first page of 100 by cursor',
    connections: 4,
    status: 200,
    request: () => ({ method: 'GET', path: '/Users?cursor=&count=100' }),
    isRight: (body, _, { directory }) =>
      isPage(body, 100) && body.includes(directory.userId(directory.large, 99)),
  },
  {
    name: 'list-deep-cursor',
    title: 'list, deep page of 100 by cursor',
    connections: 4,
    status: 200,
    request: (_, { values }) => ({
      method: 'GET',
      path: `/Users?cursor=${encodeURIComponent(values.deepCursor ?? '')}&count=100`,
    }),
    isRight: (body, _, { directory }) =>
      isPage(body, 100) && body.includes(directory.userId(directory.large, directory.sizes.deep + 99)),
  },
  {
    name: 'sort',
    title: 'list sorted by userName, first page of 100',
    connections: 4,
    status: 200,
    request: () => ({ method: 'GET', path: '/Users?sortBy=userName&startIndex=1&count=100' }),
    isRight: (body) => isPage(body, 100),
  },
];

export const USER_READS: readonly Operation[] = [...lookUps((directory) => directory.large), ...PAGES];
