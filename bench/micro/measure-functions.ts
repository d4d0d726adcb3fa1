import {
  applyPatch,
  completeNewResource,
  DEFAULT_READ_LIMITS,
  type JsonObject,
  Leniency,
  parseFilter,
  type PatchOperation,
  Profile,
  readResource,
} from 'nestjs-scim/protocol';
import { type Bar, bar } from '../bars/bar.js';
import type { MicroResult } from '../report/results-file.js';
import { USERS } from '../store/open-store.js';
import { peerModule } from './peer-module.js';
import { type Candidates, timeFunctions } from './time-function.js';
import { USER_BODY } from './user-body.js';

const FILTERS: readonly (readonly [string, string])[] = [
  ['one comparison', 'userName eq "bjensen@example.com"'],
  ['two comparisons', 'active eq true and title pr'],
  ['value path', 'emails[type eq "work" and value co "@example.com"]'],
  [
    'five comparisons',
    'userType eq "Employee" and (emails co "example.com" or emails.value co "example.org") and not (meta.lastModified gt "2011-05-13T04:42:34Z") and name.familyName sw "O\'Malley"',
  ],
];

const PATCHES: readonly (readonly [string, PatchOperation])[] = [
  ['replace active', { op: 'replace', path: 'active', value: false }],
  ['replace name.familyName', { op: 'replace', path: 'name.familyName', value: 'X' }],
  [
    'replace emails[type eq "work"].value',
    { op: 'replace', path: 'emails[type eq "work"].value', value: 'a@b.c' },
  ],
];

interface FilterPeer {
  parse(filter: string): unknown;
}
interface PatchPeer {
  scimPatch(resource: object, operations: object[], options?: object): unknown;
}

const LEVEL = { leniency: new Leniency(Profile.default), limits: DEFAULT_READ_LIMITS };
const OURS = 'nestjs-scim';

/** Functions that a request spends time in, beside what does the same elsewhere (goals 5 and 6). */
export async function measureFunctions(): Promise<{ micro: MicroResult[]; bars: Bar[] }> {
  const text = JSON.stringify(USER_BODY);
  const body = JSON.parse(text) as JsonObject;
  const reading = result('read and complete the body of a user', {
    [OURS]: () => completeNewResource(USERS, readResource(USERS, body, LEVEL), DEFAULT_READ_LIMITS),
    'JSON.parse + JSON.stringify': () => JSON.stringify(JSON.parse(text)),
  });
  const filters = await measureFilters();
  const patches = await measurePatches();
  const slowest = Math.min(
    ...filters.map(({ ours, others }) => (others['scim2-parse-filter'] ?? Number.NaN) / ours),
  );
  return {
    micro: [reading, ...filters, ...patches],
    bars: [
      bar(
        '5 read and complete the body of a POST, to JSON.parse + JSON.stringify',
        reading.ours / reading.others['JSON.parse + JSON.stringify']!,
        '<=',
        1,
      ),
      bar('6 parse a filter: times as fast as scim2-parse-filter, least of four filters', slowest, '>=', 2),
    ],
  };
}

async function measureFilters(): Promise<MicroResult[]> {
  const peer = await peerModule<FilterPeer>('libs', 'scim2-parse-filter');
  return FILTERS.map(([name, filter]) =>
    result(`parse a filter: ${name}`, {
      [OURS]: () => parseFilter(filter),
      ...(peer && { 'scim2-parse-filter': () => peer.parse(filter) }),
    }),
  );
}

/** The peer changes the resource that it is given; on a store that means to copy it first, or to load it again. */
async function measurePatches(): Promise<MicroResult[]> {
  const peer = await peerModule<PatchPeer>('libs', 'scim-patch');
  const current = {
    document: USER_BODY as unknown as JsonObject,
    concealed: {},
    readOnly: {},
  };
  return PATCHES.map(([name, operation]) =>
    result(`apply a patch: ${name}`, {
      [OURS]: () => applyPatch(USERS, current, [operation], LEVEL),
      ...(peer && {
        'scim-patch': () => peer.scimPatch(structuredClone(USER_BODY), [{ ...operation }]),
      }),
    }),
  );
}

function result(name: string, candidates: Candidates): MicroResult {
  const { [OURS]: ours = Number.NaN, ...others } = timeFunctions(candidates);
  return { name, ours, others };
}
