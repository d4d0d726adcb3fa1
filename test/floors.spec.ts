import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

const project = resolve(import.meta.dirname, '..');
const checker = join(project, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
const library = 'libs/scim/src';

/** A small house in which every file looks down. */
const sound: Record<string, string> = {
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      module: 'nodenext',
      moduleResolution: 'nodenext',
      paths: { 'nestjs-scim': [`./${library}/index.ts`] },
    },
  }),
  [`${library}/protocol/filter.ts`]: 'export const filter = 1;',
  [`${library}/events/event.ts`]: "export * from '../protocol/filter.js';",
  [`${library}/tokens/token.ts`]: "export * from '../events/event.js';",
  [`${library}/provisioning/store.ts`]: "export * from '../events/event.js';",
  [`${library}/http/guard.ts`]: "export * from '../tokens/token.js';",
  [`${library}/persistence/sql.ts`]: "export * from '../provisioning/store.js';",
  [`${library}/scim.options.ts`]: 'export const options = 1;',
  [`${library}/index.ts`]: "export * from './http/guard.js';\nexport * from './scim.options.js';",
  'src/main.ts': "import { filter } from 'nestjs-scim';\nvoid filter;",
  'test/host.spec.ts': "import '../src/main.js';",
  'test/support/database.ts': 'export const database = 1;',
  'test/contracts/store.contract.ts': `export * from '../../${library}/provisioning/store.js';`,
  [`${library}/persistence/sql.spec.ts`]: "import '../../../../test/contracts/store.contract.js';",
};

/** What must be refused: the sentence, the file, what it says, and the rule that it breaks. */
const offences: [sentence: string, file: string, text: string, rule: string][] = [
  ['protocol that looks up', 'protocol/up.ts', "import '../events/event.js';", 'floor-of-protocol'],
  ['protocol that needs a package', 'protocol/heavy.ts', "import 'rxjs';", 'protocol-without-packages'],
  ['events that look up', 'events/up.ts', "import '../tokens/token.js';", 'floor-of-events'],
  [
    'a type borrowed from above',
    'events/t.ts',
    "export type { a } from '../http/guard.js';",
    'floor-of-events',
  ],
  [
    'provisioning that looks sideways',
    'provisioning/s.ts',
    "import '../tokens/token.js';",
    'floor-of-provisioning',
  ],
  ['tokens that look sideways', 'tokens/s.ts', "import '../provisioning/store.js';", 'floor-of-tokens'],
  ['roles that look sideways', 'roles/s.ts', "import '../tokens/token.js';", 'floor-of-roles'],
  ['identity that looks sideways', 'identity/s.ts', "import '../tokens/token.js';", 'floor-of-identity'],
  ['the log that looks sideways', 'log/s.ts', "import '../tokens/token.js';", 'floor-of-log'],
  ['http that looks at persistence', 'http/s.ts', "import '../persistence/sql.js';", 'floor-of-http'],
  [
    'persistence that looks at http',
    'persistence/s.ts',
    "import '../http/guard.js';",
    'floor-of-persistence',
  ],
  ['admin that looks at http', 'admin/s.ts', "import '../http/guard.js';", 'floor-of-admin'],
  ['a room that looks at the wiring', 'http/up.ts', "import '../scim.options.js';", 'floor-of-http'],
  ['TypeORM outside persistence', 'tokens/row.ts', "import 'typeorm';", 'typeorm-in-persistence'],
  ['a room that has no floor', 'cellar/wine.ts', "import '../protocol/filter.js';", 'known-rooms'],
  [
    'shipped code that needs a test file',
    'tokens/r.ts',
    "import './testing/fake.js';",
    'shipped-without-tests',
  ],
  ['a circle', 'events/egg.ts', "import { hen } from './hen.js';\nexport const egg = () => hen;", 'no-cycle'],
  ['an import that leads nowhere', 'events/lost.ts', "import './nowhere.js';", 'resolvable'],
  ['a library that knows its host', 'scim.peek.ts', "import '../../../src/main.js';", 'library-stands-alone'],
  [
    'a unit test that needs the host',
    'log/e.spec.ts',
    "import '../../../../src/main.js';",
    'library-tests-stand-alone',
  ],
  [
    'a host that goes round the door',
    '/src/peek.ts',
    `import '../${library}/http/guard.js';`,
    'public-door-only',
  ],
  ['a host that needs a test file', '/src/cheat.ts', "import '../test/host.spec.js';", 'host-without-tests'],
];
const accomplices = {
  [`${library}/tokens/testing/fake.ts`]: 'export const fake = 1;',
  [`${library}/events/hen.ts`]: "import { egg } from './egg.js';\nexport const hen = () => egg;",
  'node_modules/rxjs/index.js': 'module.exports = 1;',
  'node_modules/rxjs/package.json': '{ "name": "rxjs", "version": "1.0.0", "main": "index.js" }',
  'node_modules/typeorm/index.js': 'module.exports = 1;',
  'node_modules/typeorm/package.json': '{ "name": "typeorm", "version": "1.0.0", "main": "index.js" }',
  'package.json': '{ "type": "module", "dependencies": { "rxjs": "1.0.0", "typeorm": "1.0.0" } }',
};
const place = (file: string) => (file.startsWith('/') ? file.slice(1) : `${library}/${file}`);

interface Verdict {
  errors: number;
  broken: string[];
}

async function inspect(files: Record<string, string>): Promise<Verdict> {
  const house = await mkdtemp(join(tmpdir(), 'floors-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(house, path)), { recursive: true });
      await writeFile(join(house, path), text);
    }
    return await check(house);
  } finally {
    await rm(house, { recursive: true, force: true });
  }
}

function check(house: string): Promise<Verdict> {
  const rules = join(project, '.dependency-cruiser.mjs');
  const call = [checker, '--config', rules, '--output-type', 'json', 'libs', 'src', 'test'];
  return new Promise((done, fail) => {
    const child = execFile(process.execPath, call, { cwd: house, maxBuffer: 1 << 26 }, (error, stdout) => {
      if (stdout === '') return fail(error ?? new Error('the checker printed nothing'));
      const report = JSON.parse(stdout) as {
        summary: { violations: { rule: { name: string }; from: string }[]; error: number };
      };
      const { violations, error: errors } = report.summary;
      done({ errors, broken: violations.map(({ rule, from }) => `${rule.name}: ${from}`) });
    });
    child.stdin?.end();
  });
}

describe('the floors', () => {
  let verdict: Verdict;
  beforeAll(async () => {
    const bad = Object.fromEntries(offences.map(([, file, text]) => [place(file), text]));
    verdict = await inspect({ ...sound, ...accomplices, ...bad });
  });

  it('accept a house in which every file looks down', async () => {
    expect(await inspect(sound)).toEqual({ errors: 0, broken: [] });
  });

  it.each(offences)('refuse %s', (_sentence, file, _text, rule) => {
    expect(verdict.broken).toContain(`${rule}: ${place(file)}`);
  });

  it('refuse nothing else in the same house', () => {
    const guilty = new Set(offences.map(([, file]) => place(file)).concat(`${library}/events/hen.ts`));
    expect(verdict.broken.filter((line) => !guilty.has(line.split(': ')[1] ?? ''))).toEqual([]);
  });
});
