import { scramble } from './seeded-uuid.js';

const USER_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:User';
/** URN of the extension that holds the department. */
export const ENTERPRISE_SCHEMA = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const GIVEN = [
  'Ada',
  'Grace',
  'Hiro',
  'Mary',
  'Olu',
  'Priya',
  'Søren',
  'Zoë',
  'Ivan',
  'Lucía',
  'Wei',
  'Noor',
];
const FAMILY = ['Lovelace', 'Hopper', 'Tanaka', 'Jackson', 'Adeyemi', 'Sharma', 'Kierkegaard', 'O’Malley'];
const TITLES = ['Designer', 'Engineer', 'Accountant', 'Nurse', 'Tour Guide', 'Chemist', 'Director'];
/** Departments in one tenant. */
export const DEPARTMENTS = 50;

/** A user as an identity provider sends it. Always the same for the same domain and number; about 1.3 kB of JSON. */
export function person(domain: string, number: number): Person {
  const random = scramble(number + 1);
  const given = GIVEN[random % GIVEN.length]!;
  const family = FAMILY[(random >>> 8) % FAMILY.length]!;
  const userName = userNameOf(domain, number);
  return {
    schemas: [USER_SCHEMA, ENTERPRISE_SCHEMA],
    externalId: externalIdOf(domain, number),
    userName,
    name: { formatted: `${given} ${family}`, givenName: given, familyName: family, honorificPrefix: 'Dr.' },
    displayName: `${given} ${family}`,
    nickName: given.toLowerCase(),
    profileUrl: `https://login.example.com/${number}`,
    title: TITLES[(random >>> 16) % TITLES.length]!,
    userType: 'Employee',
    preferredLanguage: 'en-US',
    locale: 'en-US',
    timezone: 'Europe/Paris',
    active: random % 10 !== 0,
    emails: [
      { value: emailOf(domain, number), type: 'work', primary: true },
      { value: `home.${number}@home.example`, type: 'home' },
    ],
    phoneNumbers: [
      { value: `+1-555-${1000 + (random % 9000)}-${number}`, type: 'work' },
      { value: `+1-777-${1000 + ((random >>> 4) % 9000)}-${number}`, type: 'mobile' },
    ],
    addresses: [
      {
        type: 'work',
        streetAddress: `${100 + (random % 900)} Universal City Plaza`,
        locality: 'Hollywood',
        region: 'CA',
        postalCode: '91608',
        country: 'US',
        formatted: `${100 + (random % 900)} Universal City Plaza\nHollywood, CA 91608 USA`,
        primary: true,
      },
    ],
    [ENTERPRISE_SCHEMA]: {
      employeeNumber: String(number),
      costCenter: String(4000 + (random % 100)),
      organization: 'Universal Studios',
      division: 'Theme Park',
      department: departmentOf(number),
    },
  };
}

/** Body of a user. */
export type Person = Record<string, unknown> & {
  readonly externalId: string;
  readonly userName: string;
  readonly active: boolean;
  readonly emails: readonly { readonly value: string; readonly type: string; readonly primary?: boolean }[];
};

export function userNameOf(domain: string, number: number): string {
  return `User.${number}@${domain}`;
}

export function externalIdOf(domain: string, number: number): string {
  return `ext-${scramble(number).toString(16).padStart(8, '0')}-${number}-${domain}`;
}

export function emailOf(domain: string, number: number): string {
  return `user.${number}@${domain}`;
}

export function departmentOf(number: number): string {
  return `Tour Operations ${number % DEPARTMENTS}`;
}
