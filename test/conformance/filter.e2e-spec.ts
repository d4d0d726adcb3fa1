import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACME, AcmeUser } from '../support/acme-user.js';
import { describeEachDatabase } from '../support/databases.js';
import { createGroup, createUser, ENTERPRISE, ERROR, GROUP, SEARCH, USER } from '../support/resources.js';
import { bootScim, type ScimApp } from '../support/scim-app.js';
import type { ScimClient, ScimReply } from '../support/scim-client.js';
import { bootScimOn } from '../support/scim-on-database.js';

/** Users by a short key. Whoever lacks an attribute matters as much as who has it. */
const USERS = {
  ann: {
    userName: 'Ann.Lee',
    externalId: 'Ext-A',
    title: '100%',
    displayName: 'back\\slash "quoted" /+é',
    nickName: 'a_b',
    name: { givenName: 'Ann', familyName: "O'Malley" },
    profileUrl: 'https://example.com/Ann',
    emails: [
      { value: 'ann@work.example', type: 'work', primary: true },
      { value: 'ann@home.example', type: 'home' },
    ],
    [ENTERPRISE]: { employeeNumber: '7019', department: 'R&D' },
    [ACME]: {
      grade: 5,
      score: 1.5,
      hired: '2020-05-01T10:00:00+02:00',
      badge: 'YQ==',
      code: 'Key',
      tags: ['red', 'Blue'],
      title: 3,
    },
  },
  bob: {
    userName: 'bob',
    externalId: 'ext-a',
    title: '1000',
    nickName: 'axb',
    active: false,
    emails: [{ value: 'bob@work.example', type: 'work' }],
    [ACME]: { grade: 10, score: 10, hired: '2020-05-01T08:00:01Z', code: 'key', tags: ['green'] },
  },
  cyd: {
    userName: 'Straße',
    title: 'Tour Guide',
    name: { familyName: 'Étienne' },
    emails: [{ value: 'CYD@Home.Example', type: 'home', primary: true }],
    phoneNumbers: [{ value: '+1 555', type: 'work' }],
  },
  dot: { userName: 'İstanbul', name: { familyName: 'istanbul' } },
  // Empty values are no values (P-3.4.2.2-18).
  eve: { userName: 'eve', title: '', nickName: null, emails: [], name: {} },
} as const;

type Key = keyof typeof USERS;
const EVERYBODY: Key[] = ['ann', 'bob', 'cyd', 'dot', 'eve'];
const but = (...keys: Key[]): Key[] => EVERYBODY.filter((key) => !keys.includes(key));

/** Filter, who it selects, what that proves. */
const SELECTS: [string, Key[], string][] = [
  // Names, words and precedence.
  ['USERNAME EQ "bob" AND NOT (displayname PR)', ['bob'], 'P-3.4.2.2-02'],
  ['UserName eQ "eve" OR Title Sw "tour"', ['cyd', 'eve'], 'P-3.4.2.2-02'],
  ['userName eq "eve" or title pr and active eq false', ['bob', 'eve'], 'P-3.4.2.2-03'],
  ['(userName eq "eve" or title pr) and active eq false', ['bob'], 'P-3.4.2.2-03'],
  ['not (title pr) and active eq true', ['dot', 'eve'], 'P-3.4.2.2-03, P-3.4.2.2-04'],
  ['not(title pr)', ['dot', 'eve'], 'P-3.4.2.2-04'],
  ['not (title pr)', ['dot', 'eve'], 'P-3.4.2.2-04'],
  ['  userName   eq   "eve"  ', ['eve'], 'P-3.4.2.2-01'],
  // Literals: JSON, decoded once, never a pattern.
  ['displayName eq "back\\\\slash \\"quoted\\" \\/+\\u00e9"', ['ann'], 'P-3.4.2.2-05, F1'],
  ['displayName co "\\\\slash"', ['ann'], 'P-3.4.2.2-05, F1'],
  ['displayName co "\\\\\\\\slash"', [], 'P-3.4.2.2-05, F1'],
  ['displayName co "/+"', ['ann'], 'F1'],
  ['displayName co "\\""', ['ann'], 'P-3.4.2.2-05, F1'],
  ['phoneNumbers.value eq "+1 555"', ['cyd'], 'F1'],
  ['name.familyName eq "O\'Malley"', ['ann'], 'P-3.4.2.2-15'],
  ["userName eq \"x' or '1'='1\"", [], 'P-3.4.2.2-15'],
  ['title co "100%"', ['ann'], 'P-3.4.2.2-15, F7'],
  ['title sw "1%"', [], 'P-3.4.2.2-15, F7'],
  ['title ew "%"', ['ann'], 'P-3.4.2.2-15, F7'],
  ['nickName eq "a_b"', ['ann'], 'P-3.4.2.2-15, F7'],
  ['nickName co "_"', ['ann'], 'P-3.4.2.2-15, F7'],
  ['nickName sw "a_b"', ['ann'], 'F7'],
  ['userName co "%"', [], 'F7'],
  ['userName ew "_"', [], 'F7'],
  // Paths.
  [`${USER}:userName eq "bob"`, ['bob'], 'P-3.4.2.2-08'],
  [`${USER}:name.givenName eq "ann"`, ['ann'], 'P-3.4.2.2-08'],
  [`${USER.toUpperCase()}:NAME.GIVENNAME eq "ann"`, ['ann'], 'P-3.4.2.2-02, P-3.4.2.2-08'],
  [`${ENTERPRISE}:department eq "r&d"`, ['ann'], 'P-3.4.2.2-08'],
  [`${ENTERPRISE}:manager.value pr`, [], 'P-3.4.2.2-08'],
  ['employeeNumber eq "7019"', ['ann'], 'P-3.4.2.2-09'],
  ['title eq "100%"', ['ann'], 'P-3.4.2.2-09'],
  [`${ACME}:title eq 3`, ['ann'], 'P-3.4.2.2-08, P-3.4.2.2-09'],
  // Value paths: one element holds all of it.
  ['emails[type eq "work" and value co "@work"]', ['ann', 'bob'], 'P-3.4.2.2-10'],
  ['emails[type eq "home" and value co "@work"]', [], 'P-3.4.2.2-10, F4'],
  ['emails.type eq "home" and emails.value co "@work"', ['ann'], 'P-3.4.2.2-10, F4'],
  ['emails[type eq "work" and primary eq true]', ['ann'], 'P-3.4.2.2-10'],
  ['emails[not (type eq "work")]', ['ann', 'cyd'], 'P-3.4.2.2-10, F4'],
  ['not (emails[type eq "work"])', ['cyd', 'dot', 'eve'], 'P-3.4.2.2-10, F4'],
  ['emails[type eq "work" or type eq "home"] and active eq false', ['bob'], 'P-3.4.2.2-10'],
  ['emails[value eq "ann@home.example" and primary eq true]', [], 'P-3.4.2.2-10, F4'],
  ['name[givenName eq "ann" and familyName co "mal"]', ['ann'], 'P-3.4.2.2-11'],
  [`${ACME}:tags[value eq "blue"]`, ['ann'], 'P-3.4.2.2-11'],
  ['emails[type eq "work"].value eq "ann@work.example"', ['ann'], 'P-3.4.2.2-12, F2'],
  ['emails[type eq "work"].value eq "ann@home.example"', [], 'P-3.4.2.2-12, F2'],
  ['emails[type eq "work"].primary pr', ['ann'], 'P-3.4.2.2-12, F2'],
  // Operators on strings.
  ['title eq "tour guide"', ['cyd'], 'P-3.4.2.2-16'],
  ['title ne "tour guide"', but('cyd'), 'P-3.4.2.2-16, P-3.4.2.2-22'],
  ['title co "our gu"', ['cyd'], 'P-3.4.2.2-16'],
  ['title sw "tour guide"', ['cyd'], 'P-3.4.2.2-16'],
  ['title ew "tour guide"', ['cyd'], 'P-3.4.2.2-16'],
  ['title ew "0"', ['bob'], 'P-3.4.2.2-16'],
  ['title gt "1000"', ['cyd'], 'P-3.4.2.2-16'],
  ['title ge "1000"', ['bob', 'cyd'], 'P-3.4.2.2-16'],
  ['title lt "1000"', ['ann'], 'P-3.4.2.2-16'],
  ['title le "1000"', ['ann', 'bob'], 'P-3.4.2.2-16'],
  // On numbers, instants, booleans and binaries.
  [`${ACME}:grade gt 5`, ['bob'], 'P-3.4.2.2-16, F3'],
  [`${ACME}:grade ge 5`, ['ann', 'bob'], 'P-3.4.2.2-16, F3'],
  [`${ACME}:grade lt 10`, ['ann'], 'P-3.4.2.2-16, F3'],
  [`${ACME}:grade le 5.5`, ['ann'], 'P-3.4.2.2-16, F3'],
  [`${ACME}:grade eq 10`, ['bob'], 'P-3.4.2.2-16, F3'],
  [`${ACME}:grade ne 10`, but('bob'), 'P-3.4.2.2-16, P-3.4.2.2-22'],
  [`${ACME}:score gt 9`, ['bob'], 'P-3.4.2.2-16, F3'],
  [`${ACME}:score eq 1.50`, ['ann'], 'P-3.4.2.2-16, F3'],
  [`${ACME}:score eq 15e-1`, ['ann'], 'P-3.4.2.2-06, F3'],
  [`${ACME}:hired eq "2020-05-01T08:00:00Z"`, ['ann'], 'P-3.4.2.2-16, F3'],
  [`${ACME}:hired gt "2020-05-01T08:00:00Z"`, ['bob'], 'P-3.4.2.2-16, F3'],
  [`${ACME}:hired le "2020-05-01T10:00:00.000+02:00"`, ['ann'], 'P-3.4.2.2-16, F3'],
  [`${ACME}:badge eq "YQ=="`, ['ann'], 'P-3.4.2.2-16'],
  ['active eq true', but('bob'), 'P-3.4.2.2-06, P-3.4.2.2-25'],
  ['active ne true', ['bob'], 'P-3.4.2.2-16'],
  ['active eq false', ['bob'], 'P-3.4.2.2-06, F3'],
  ['active eq "False"', ['bob'], 'P-3.4.2.2-06'],
  ['emails[primary eq "True"]', ['ann', 'cyd'], 'P-3.4.2.2-06'],
  // Presence and absence.
  ['title pr', ['ann', 'bob', 'cyd'], 'P-3.4.2.2-18, F3'],
  ['name pr', ['ann', 'cyd', 'dot'], 'P-3.4.2.2-18'],
  ['emails pr', ['ann', 'bob', 'cyd'], 'P-3.4.2.2-18'],
  ['emails.primary pr', ['ann', 'cyd'], 'P-3.4.2.2-18'],
  ['meta pr', EVERYBODY, 'P-3.4.2.2-18, P-3.4.2.2-24'],
  ['id pr', EVERYBODY, 'P-3.4.2.2-18'],
  ['title eq ""', [], 'P-3.4.2.2-18, P-3.4.2.2-22'],
  ['nickName co "zzz"', [], 'P-3.4.2.2-22'],
  ['nickName sw ""', ['ann', 'bob'], 'P-3.4.2.2-16, P-3.4.2.2-22'],
  ['nickName lt "zzz"', ['ann', 'bob'], 'P-3.4.2.2-22'],
  ['nickName ne "a_b"', but('ann'), 'P-3.4.2.2-22'],
  ['title eq null', ['dot', 'eve'], 'P-3.4.2.2-23'],
  ['title ne null', ['ann', 'bob', 'cyd'], 'P-3.4.2.2-23'],
  ['title gt null', [], 'P-3.4.2.2-23'],
  ['emails eq null', ['dot', 'eve'], 'P-3.4.2.2-23'],
  // Case.
  ['userName eq "ann.LEE"', ['ann'], 'P-3.4.2.2-19'],
  ['externalId eq "Ext-A"', ['ann'], 'P-3.4.2.2-19, P-3.4.2.2-28'],
  ['externalId eq "EXT-A"', [], 'P-3.4.2.2-19'],
  ['externalId co "xt-a"', ['bob'], 'P-3.4.2.2-19'],
  [`${ACME}:code eq "Key"`, ['ann'], 'P-3.4.2.2-19'],
  [`${ACME}:code sw "k"`, ['bob'], 'P-3.4.2.2-19'],
  ['profileUrl eq "https://example.com/ann"', [], 'P-3.4.2.2-19'],
  ['emails.value eq "cyd@home.EXAMPLE"', ['cyd'], 'P-3.4.2.2-19'],
  ['userName eq "STRASSE"', ['cyd'], 'P-3.4.2.2-27, D-49'],
  ['userName co "ß"', ['cyd'], 'P-3.4.2.2-27'],
  ['userName eq "istanbul"', [], 'P-3.4.2.2-27'],
  ['name.familyName eq "ISTANBUL"', ['dot'], 'P-3.4.2.2-27'],
  ['name.familyName eq "e\u0301tienne"', ['cyd'], 'P-3.4.2.2-27, D-49'],
  // Lists.
  ['emails.value eq "ann@home.example"', ['ann'], 'P-3.4.2.2-20'],
  [`${ACME}:tags eq "BLUE"`, ['ann'], 'P-3.4.2.2-20'],
  [`${ACME}:tags co "re"`, ['ann', 'bob'], 'P-3.4.2.2-20'],
  ['emails.type ne "work"', ['cyd', 'dot', 'eve'], 'P-3.4.2.2-21, P-3.4.2.2-22'],
  ['emails[type ne "work"]', ['ann', 'cyd'], 'P-3.4.2.2-21'],
  [`${ACME}:tags ne "red"`, but('ann'), 'P-3.4.2.2-21'],
  ['emails co "@work"', ['ann', 'bob'], 'P-3.4.2.2-24'],
  ['emails eq "ann@home.example"', ['ann'], 'P-3.4.2.2-24'],
  ['name.familyName co "mal"', ['ann'], 'P-3.4.2.2-24'],
  // Common attributes.
  [`schemas eq "${ENTERPRISE}"`, ['ann'], 'P-3.4.2.2-26'],
  [`schemas eq "${ACME}"`, ['ann', 'bob'], 'P-3.4.2.2-26'],
  [`schemas ne "${ACME}"`, ['cyd', 'dot', 'eve'], 'P-3.4.2.2-26'],
  [`schemas eq "${USER}"`, EVERYBODY, 'P-3.4.2.2-26'],
  ['meta.resourceType eq "User"', EVERYBODY, 'P-3.4.2.2-28'],
  ['meta.resourceType eq "Group"', [], 'P-3.4.2.2-28'],
  ['meta.created gt "2020-01-01T00:00:00Z"', EVERYBODY, 'P-3.4.2.2-28'],
  ['meta.lastModified lt "2020-01-01T00:00:00+05:00"', [], 'P-3.4.2.2-28'],
  ['id eq "nobody"', [], 'P-3.4.2.2-28'],
  ['id gt "0"', EVERYBODY, 'P-3.4.2.2-28'],
  ['id lt "0"', [], 'P-3.4.2.2-28'],
  ['id co "-7"', EVERYBODY, 'P-3.4.2.2-28'],
  ['id ne null', EVERYBODY, 'P-3.4.2.2-28'],
  ['externalId pr', ['ann', 'bob'], 'P-3.4.2.2-28'],
  ['externalId gt "F"', ['bob'], 'P-3.4.2.2-19, P-3.4.2.2-28'],
  ['meta.resourceType co "se"', EVERYBODY, 'P-3.4.2.2-28'],
  ['meta.resourceType ne "User"', [], 'P-3.4.2.2-28'],
  ['meta.created pr', EVERYBODY, 'P-3.4.2.2-28'],
  ['meta.created eq null', [], 'P-3.4.2.2-23, P-3.4.2.2-28'],
  ['schemas pr', EVERYBODY, 'P-3.4.2.2-26'],
  ['schemas co "enterprise"', ['ann'], 'P-3.4.2.2-26'],
  [`schemas[value eq "${ENTERPRISE}"]`, ['ann'], 'P-3.4.2.2-11, P-3.4.2.2-26'],
  ['photos pr or addresses pr or x509Certificates pr or ims pr', [], 'P-3.4.2.2-18'],
  ['manager pr', [], 'P-3.4.2.2-18'],
  [`${ACME}:grade gt -1e300`, ['ann', 'bob'], 'P-3.4.2.2-16'],
  [`${ACME}:grade lt 99999999999999999999999999`, ['ann', 'bob'], 'P-3.4.2.2-16'],
  [`${ACME}:hired lt "9999-12-31T23:59:59.999999999Z"`, ['ann', 'bob'], 'P-3.4.2.2-16'],
  [Array(200).fill('name pr').join(' or '), ['ann', 'cyd', 'dot'], 'D-23'],
  [Array(100).fill('emails[type eq "work"]').join(' and '), ['ann', 'bob'], 'D-23'],
  ['('.repeat(32) + 'name pr' + ')'.repeat(32), ['ann', 'cyd', 'dot'], 'D-23'],
  ['not ('.repeat(32) + 'emails pr' + ')'.repeat(32), ['ann', 'bob', 'cyd'], 'D-23, P-3.4.2.2-04'],
];

/** Filters that are refused and never answered with everybody. */
const REFUSED: [string, string][] = [
  ['', 'P-3.4.2.2-01'],
  [' ', 'P-3.4.2.2-01'],
  ['userName', 'P-3.4.2.2-01'],
  ['userName eq', 'P-3.4.2.2-01'],
  ['userName eq ', 'P-3.4.2.2-01'],
  ['eq "a"', 'P-3.4.2.2-01'],
  ['"a" eq userName', 'P-3.4.2.2-01'],
  ['(userName eq "a"', 'P-3.4.2.2-01'],
  ['userName eq "a")', 'P-3.4.2.2-01'],
  ['emails[type eq "work"', 'P-3.4.2.2-01'],
  ['emails[]', 'P-3.4.2.2-01'],
  ['()', 'P-3.4.2.2-01'],
  ['userName eq "a" and', 'P-3.4.2.2-01'],
  ['and userName eq "a"', 'P-3.4.2.2-01'],
  ['userName eq "a" userName eq "b"', 'P-3.4.2.2-01'],
  ['userName eq "a" && title pr', 'P-3.4.2.2-01'],
  ['userName pr "a"', 'P-3.4.2.2-01'],
  ['userName,title pr', 'P-3.4.2.2-01'],
  ['userName eq "a"; drop table scim_user', 'P-3.4.2.2-01, P-3.4.2.2-15'],
  ['not title pr', 'P-3.4.2.2-04'],
  ["userName eq 'bob'", 'P-3.4.2.2-05'],
  ['userName eq bob', 'P-3.4.2.2-05'],
  ['meta.resourceType eq User', 'P-3.4.2.2-05'],
  ['userName eq "bob', 'P-3.4.2.2-05'],
  ['userName eq "\\x"', 'P-3.4.2.2-05, F1'],
  ['userName eq "\\u00"', 'P-3.4.2.2-05, F1'],
  ['active eq TRUE', 'P-3.4.2.2-06'],
  ['active eq "yes"', 'P-3.4.2.2-06'],
  [`${ACME}:grade eq 05`, 'P-3.4.2.2-06'],
  ['userName eq 5', 'P-3.4.2.2-07'],
  ['userName eq true', 'P-3.4.2.2-07'],
  [`${ACME}:grade eq "5"`, 'P-3.4.2.2-07'],
  [`${ACME}:hired gt "yesterday"`, 'P-3.4.2.2-07'],
  ['active eq 1', 'P-3.4.2.2-07'],
  ['urn:example:unknown:User:userName eq "a"', 'P-3.4.2.2-08'],
  [`${ENTERPRISE} pr`, 'P-3.4.2.2-08'],
  ['emails[type[value eq "a"]]', 'P-3.4.2.2-10'],
  ['emails[emails[type eq "a"]]', 'P-3.4.2.2-10'],
  ['emails[userName eq "a"]', 'P-3.4.2.2-10'],
  ['title[value eq "a"]', 'P-3.4.2.2-11'],
  ['userName regex "a"', 'P-3.4.2.2-13, F5'],
  ['userName like "%"', 'P-3.4.2.2-13, F5'],
  ['userName eqq "a"', 'P-3.4.2.2-13, F5'],
  ['active gt true', 'P-3.4.2.2-17'],
  ['active le false', 'P-3.4.2.2-17'],
  ['active co true', 'P-3.4.2.2-17'],
  [`${ACME}:badge gt "YQ=="`, 'P-3.4.2.2-17'],
  [`${ACME}:grade co 5`, 'P-3.4.2.2-17'],
  ['title co null', 'P-3.4.2.2-23'],
  ['name eq "x"', 'P-3.4.2.2-24'],
  ['addresses co "x"', 'P-3.4.2.2-24'],
  ['meta eq "x"', 'P-3.4.2.2-24'],
  ['foo eq "x"', 'P-3.4.2.1-03, F5'],
  ['name.foo eq "x"', 'P-3.4.2.1-03, F5'],
  ['emails.foo pr', 'P-3.4.2.1-03, F5'],
  ['members.value eq "x"', 'P-3.4.2.1-03, F5'],
  ['meta.location sw "http"', 'P-3.4.2.2-28'],
  ['meta.version eq "1"', 'P-3.4.2.2-28'],
  ['meta.version pr', 'P-3.4.2.2-28'],
  ['userName\teq\t"a"', 'P-3.4.2.2-01'],
  ['userName eq "a"\u00a0or title pr', 'P-3.4.2.2-01'],
  ['userName eq 1e999', 'P-3.4.2.2-07'],
  ['password eq "x"', 'D-24'],
  ['password pr', 'D-24'],
  ['not (password pr)', 'D-24'],
  [`${ACME}:secret eq "x"`, 'D-24, S2'],
  [`${ACME}:secret pr`, 'D-24, S2'],
];

describeEachDatabase('filters over HTTP', (database) => {
  let scim: ScimApp;
  let client: ScimClient;
  const keyOf = new Map<string, Key>();
  beforeAll(async () => {
    scim = await bootScimOn(database, { scim: { users: { extensions: [AcmeUser] } } });
    client = await scim.client();
    for (const key of EVERYBODY) keyOf.set((await createUser(client, USERS[key])).id, key);
    const stranger = await scim.client({ tenant: 'other' });
    await createUser(stranger, { ...USERS.ann });
  });
  afterAll(() => scim.close());

  const selected = async (filter: string): Promise<(Key | undefined)[]> =>
    (await client.ids('/Users', filter)).map((id) => keyOf.get(id)).sort();

  describe('select', () => {
    for (const [filter, expected, ids] of SELECTS) {
      it(`${filter.slice(0, 120)} [${ids}]`, async () => {
        expect(await selected(filter)).toEqual(expected);
        const total = await client.get('/Users', { query: { filter, count: 0 } });
        expect(total.body.totalResults).toBe(expected.length);
      });
    }
  });

  describe('are refused', () => {
    for (const [filter, ids] of REFUSED) {
      it(`${filter || '(empty)'} [${ids}]`, async () => {
        for (const reply of [
          await client.get('/Users', { query: { filter } }),
          await client.post('/Users/.search', { schemas: [SEARCH], filter }),
        ]) {
          expect(reply.status).toBe(400);
          expect(reply.body).toMatchObject({ schemas: [ERROR], status: '400', scimType: 'invalidFilter' });
          expect(reply.body.detail.length).toBeGreaterThan(10);
          expect(reply.body.Resources).toBeUndefined();
        }
      });
    }
  });

  it('finds one user by its id, exactly as it is written [P-3.4.2.2-28, P-3.4.2.2-19]', async () => {
    const [id] = [...keyOf].find(([, key]) => key === 'eve')!;
    expect(await selected(`id eq "${id}"`)).toEqual(['eve']);
    expect(await selected(`id eq "${id.toUpperCase()}"`)).toEqual([]);
    expect(await selected(`not (id eq "${id}")`)).toEqual(but('eve'));
  });

  it('compares a default by the value that was returned, and a later one by the later [P-3.4.2.2-25]', async () => {
    const tenant = await scim.client({ tenant: 'defaults' });
    const person = await createUser(tenant);
    expect(person.active).toBe(true);
    expect(await tenant.ids('/Users', 'active eq true')).toEqual([person.id]);
    await tenant.patch(`/Users/${person.id}`, [{ op: 'remove', path: 'active' }]);
    const { active } = (await tenant.get(`/Users/${person.id}`)).body;
    const found = await tenant.ids('/Users', 'active eq true');
    expect(found).toEqual(active === true ? [person.id] : []);
  });

  it('finds a resource by the very times that it shows [P-3.4.2.2-16, P-3.4.2.2-25, P-3.4.2.2-28]', async () => {
    const tenant = await scim.client({ tenant: 'times' });
    const { id } = await createUser(tenant, { title: 'old' });
    await tenant.patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: 'new' }]);
    const { created, lastModified } = (await tenant.get(`/Users/${id}`)).body.meta;
    for (const [attribute, time] of [
      ['meta.created', created],
      ['meta.lastModified', lastModified],
    ]) {
      for (const operator of ['eq', 'ge', 'le']) {
        expect(await tenant.ids('/Users', `${attribute} ${operator} "${time}"`), operator).toEqual([id]);
      }
      for (const operator of ['ne', 'gt', 'lt']) {
        expect(await tenant.ids('/Users', `${attribute} ${operator} "${time}"`), operator).toEqual([]);
      }
    }
  });

  it('finds users by their manager, and by nothing that is made up for the answer [P-3.4.2.2-24, F5]', async () => {
    const tenant = await scim.client({ tenant: 'managers' });
    const boss = await createUser(tenant, { displayName: 'Boss' });
    const report = await createUser(tenant, { [ENTERPRISE]: { manager: { value: boss.id } } });
    for (const filter of [
      `manager eq "${boss.id}"`,
      `manager.value eq "${boss.id}"`,
      `${ENTERPRISE}:manager[value eq "${boss.id}"]`,
      'manager pr',
      `${ENTERPRISE}:manager.value ne null`,
    ]) {
      expect(await tenant.ids('/Users', filter), filter).toEqual([report.id]);
    }
    const { manager } = (await tenant.get(`/Users/${report.id}`)).body[ENTERPRISE];
    for (const filter of [`manager.$ref eq "${manager.$ref}"`, 'manager.$ref pr']) {
      const reply = await tenant.get('/Users', { query: { filter } });
      const found = reply.body.Resources?.map(({ id }: { id: string }) => id);
      const right = manager.$ref === undefined ? [] : [report.id];
      expect([filter, reply.body.scimType ?? found]).toEqual([
        filter,
        reply.status === 400 ? 'invalidFilter' : right,
      ]);
    }
  });

  it('keeps every client "or" inside the tenant [F6, S3]', async () => {
    const stranger = await scim.client({ tenant: 'f6' });
    const own = await createUser(stranger);
    for (const filter of [
      'userName eq "nobody" or userName pr',
      'id pr or not (id pr)',
      'not (userName eq "nobody")',
      'title eq "1" or (userName co "e" or userName pr) and active eq true',
      'userName eq "a") or (userName pr',
      'emails.value ne "x"',
      'not (emails[value eq "ann@work.example"])',
    ]) {
      const reply = await stranger.get('/Users', { query: { filter } });
      const ids = reply.body.Resources?.map(({ id }: { id: string }) => id) ?? [];
      expect(ids, filter).toEqual(reply.status === 400 ? [] : [own.id]);
    }
    expect(await stranger.ids('/Users', 'userName eq "eve" or emails.value eq "ann@work.example"')).toEqual(
      [],
    );
  });

  describe('of groups', () => {
    let groups: ScimClient;
    let person: { id: string };
    let inner: { id: string };
    let outer: { id: string };
    beforeAll(async () => {
      groups = await scim.client({ tenant: 'groups' });
      person = await createUser(groups);
      inner = await createGroup(groups, { displayName: 'Inner', members: [{ value: person.id }] });
      outer = await createGroup(groups, {
        displayName: 'Outer',
        externalId: 'O',
        members: [{ value: inner.id }],
      });
      await createGroup(groups, { displayName: 'Empty' });
    });

    it('find them by member, name and externalId [P-3.4.2.2-20, P-3.4.2.2-24, F2]', async () => {
      expect(await groups.ids('/Groups', `members eq "${person.id}"`)).toEqual([inner.id]);
      expect(await groups.ids('/Groups', `members.value eq "${inner.id}"`)).toEqual([outer.id]);
      expect(await groups.ids('/Groups', `members[value eq "${person.id}"]`)).toEqual([inner.id]);
      expect(await groups.ids('/Groups', `members[value eq "${person.id}" and type eq "Group"]`)).toEqual([]);
      expect(await groups.ids('/Groups', 'members.type eq "group"')).toEqual([outer.id]);
      expect(await groups.ids('/Groups', 'members pr')).toEqual([inner.id, outer.id]);
      expect(await groups.ids('/Groups', 'not (members pr)')).toHaveLength(1);
      expect(await groups.ids('/Groups', `members.value ne "${person.id}"`)).toHaveLength(2);
      expect(await groups.ids('/Groups', 'displayName eq "inner"')).toEqual([inner.id]);
      expect(await groups.ids('/Groups', 'externalId eq "O"')).toEqual([outer.id]);
      expect(await groups.ids('/Groups', `${GROUP}:displayName sw "OUT"`)).toEqual([outer.id]);
      expect(await groups.ids('/Groups', 'members eq "nobody"')).toEqual([]);
    });

    it('find users by the groups that they are in, directly or not [P-3.4.2.2-20]', async () => {
      expect(await groups.ids('/Users', `groups.value eq "${inner.id}"`)).toEqual([person.id]);
      expect(await groups.ids('/Users', `groups eq "${outer.id}"`)).toEqual([person.id]);
      expect(await groups.ids('/Users', 'groups.display eq "OUTER"')).toEqual([person.id]);
      expect(await groups.ids('/Users', 'not (groups pr)')).toEqual([]);
    });

    it('refuse what is only made for the answer, instead of finding nobody or everybody [F5]', async () => {
      for (const [endpoint, filter] of [
        ['/Groups', 'members.$ref eq "x"'],
        ['/Groups', 'members.$ref pr'],
        ['/Groups', 'members.display eq "x"'],
        ['/Groups', 'members[display ne "x"]'],
        ['/Users', 'groups.$ref co "Groups"'],
        ['/Users', 'groups[$ref pr]'],
        ['/Users', 'groups.type eq "direct"'],
        ['/Users', 'manager.displayName ne "x"'],
      ] as const) {
        const reply = await groups.get(endpoint, { query: { filter } });
        expect([filter, reply.status, reply.body.scimType]).toEqual([filter, 400, 'invalidFilter']);
      }
    });

    it('refuse attributes of another resource type [P-3.4.2.1-03]', async () => {
      for (const filter of ['userName eq "x"', 'emails pr', `${USER}:title pr`]) {
        const reply = await groups.get('/Groups', { query: { filter } });
        expect([reply.status, reply.body.scimType]).toEqual([400, 'invalidFilter']);
      }
    });
  });

  it('refuses in the strict profile what only some providers send [P-3.4.2.2-06, P-3.4.2.2-12]', async () => {
    const strict = await scim.client({ profile: 'strict' });
    for (const filter of [
      'active eq "True"',
      'emails[primary eq "False"]',
      'emails[type eq "work"].value eq "ann@work.example"',
    ]) {
      expect(await client.ids('/Users', filter), filter).toBeInstanceOf(Array);
      const reply = await strict.get('/Users', { query: { filter } });
      expect([reply.status, reply.body.scimType]).toEqual([400, 'invalidFilter']);
    }
  });
});

describe('limits of filters', () => {
  let scim: ScimApp;
  let client: ScimClient;
  beforeAll(async () => {
    scim = await bootScim({
      scim: { limits: { filterLength: 400, filterDepth: 5, filterTerms: 6, filterValueLength: 50 } },
    });
    client = await scim.client();
  });
  afterAll(() => scim.close());

  const status = async (filter: string): Promise<number> =>
    (await client.get('/Users', { query: { filter } })).status;
  const ors = (terms: number): string => Array(terms).fill('title pr').join(' or ');
  const nested = (depth: number): string => '('.repeat(depth) + 'title pr' + ')'.repeat(depth);
  const long = (length: number): string => 'title pr' + ' '.repeat(length - 8);

  it.each([
    ['length', long(400), long(401)],
    ['depth', nested(5), nested(6)],
    [
      'depth of not',
      'not ('.repeat(5) + 'title pr' + ')'.repeat(5),
      'not ('.repeat(6) + 'title pr' + ')'.repeat(6),
    ],
    ['terms', ors(6), ors(7)],
    [
      'terms in brackets',
      `emails[${Array(5).fill('type pr').join(' or ')}]`,
      `emails[${Array(6).fill('type pr').join(' or ')}]`,
    ],
    ['value', `title eq "${'x'.repeat(50)}"`, `title eq "${'x'.repeat(51)}"`],
  ])('accepts a filter at the limit of its %s and refuses one above [D-23]', async (_, at, above) => {
    expect(await status(at)).toBe(200);
    const reply = await client.get('/Users', { query: { filter: above } });
    expect([reply.status, reply.body.scimType]).toEqual([400, 'invalidFilter']);
    expect(reply.body.detail).toMatch(/at most/);
  });
});

describe('a filter without an index', () => {
  it('is stopped at the time limit with a clear answer, and disturbs nobody else [P-3.4.2.1-04, F5]', async () => {
    const scim = await bootScimOn('postgres', { scim: { scanTimeoutSeconds: 1 } });
    try {
      const [client, other] = [await scim.client(), await scim.client({ tenant: 'other' })];
      const model = await createUser(client, { title: 'x'.repeat(500) });
      await createUser(other, { title: 'zz1' });
      await scim.dataSource.query(
        `insert into scim_user select (jsonb_populate_record(u, jsonb_build_object(
          'id', gen_random_uuid(), 'user_name', 'copy' || g, 'user_name_key', 'copy' || g))).*
          from scim_user u, generate_series(1, 40000) g where u.id = $1`,
        [model.id],
      );
      const filter = Array.from({ length: 190 }, (_, i) => `title co "zz${i}"`).join(' or ');
      const start = performance.now();
      const [slow, quick] = await Promise.all([
        client.get('/Users', { query: { filter } }),
        other.ids('/Users', filter),
      ]);
      expect(performance.now() - start).toBeLessThan(5000);
      expect([slow.status, slow.body.scimType]).toEqual([400, 'tooMany']);
      expect(slow.body.detail).toMatch(/indexed/);
      expect(slow.body.Resources).toBeUndefined();
      expect(quick).toHaveLength(1);
      const indexed = await client.get('/Users', { query: { filter: 'userName eq "copy39999"' } });
      expect(indexed.body.totalResults).toBe(1);

      // More of them than there are connections: look-ups do not queue behind them.
      const answered: string[] = [];
      const note = (who: string) => (reply: ScimReply) => {
        answered.push(who);
        return reply;
      };
      const flood = Array.from({ length: 24 }, () =>
        client.get('/Users', { query: { filter } }).then(note('slow')),
      );
      await delay(100);
      await other.get(`/Users/${model.id}`).then(note('look-up'));
      expect(answered).toEqual(['look-up']);
      for (const { status, body, headers } of await Promise.all(flood)) {
        expect([status, body.scimType]).toEqual(status === 503 ? [503, undefined] : [400, 'tooMany']);
        expect(headers['retry-after']).toBe(status === 503 ? '1' : undefined);
      }
    } finally {
      await scim.close();
    }
  });
});

describe('with filtering switched off', () => {
  it('refuses a filter and says so in ServiceProviderConfig [P-3.4.2.2-14, F5]', async () => {
    const scim = await bootScim({ scim: { features: { filter: false } } });
    try {
      const client = await scim.client();
      await createUser(client);
      const config = await client.get('/ServiceProviderConfig');
      expect(config.body.filter.supported).toBe(false);
      const filter = 'userName pr';
      for (const reply of [
        await client.get('/Users', { query: { filter } }),
        await client.post('/Users/.search', { schemas: [SEARCH], filter }),
      ]) {
        expect([reply.status, reply.body.scimType]).toEqual([400, 'invalidFilter']);
      }
      expect((await client.get('/Users')).body.totalResults).toBe(1);
    } finally {
      await scim.close();
    }
  });
});
