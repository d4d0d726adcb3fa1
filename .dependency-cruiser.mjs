/**
 * The floors of the library, enforced. A file imports from its own room and from lower floors only, never sideways,
 * never up; CONTRIBUTING.md has the picture. `npm run lint:floors` runs this, test/floors.spec.ts proves that it bites.
 */

/** Rooms of libs/scim/src, with the rooms that each may look into (besides itself). */
const lookInto = {
  protocol: [],
  events: ['protocol'],
  provisioning: ['events', 'protocol'],
  tokens: ['events', 'protocol'],
  roles: ['events', 'protocol'],
  identity: ['events', 'protocol'],
  log: ['events', 'protocol'],
  http: ['provisioning', 'tokens', 'roles', 'identity', 'log', 'events', 'protocol'],
  persistence: ['provisioning', 'tokens', 'roles', 'identity', 'log', 'events', 'protocol'],
  admin: ['provisioning', 'tokens', 'roles', 'identity', 'log', 'events', 'protocol'],
};

const library = '^libs/scim/src/';
const rooms = `${library}(${Object.keys(lookInto).join('|')})/`;
const entryPoints = `${library}(index|protocol/index|persistence/index)\\.ts$`;
/** Unit tests and what only they use; none of it is published. */
const testCode = '(\\.spec\\.ts$|/testing/)';
/** Contract suites are called with each implementation of a store, so they speak of the contract itself. */
const sharedTests = '^test/(support|contracts)/';
const outside = '^(src|test|bench|scripts)/';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...Object.entries(lookInto).map(([room, below]) => ({
      name: `floor-of-${room}`,
      severity: 'error',
      comment: `${room} may import ${below.length ? below.join(', ') : 'nothing of ours'}, never a room beside or above it.`,
      from: { path: `${library}${room}/` },
      to: { path: library, pathNot: `${library}(${[room, ...below].join('|')})/` },
    })),
    {
      name: 'protocol-without-packages',
      severity: 'error',
      comment: 'protocol is plain TypeScript: no framework, no package at all.',
      from: { path: `${library}protocol/`, pathNot: testCode },
      to: { dependencyTypes: ['npm', 'npm-dev', 'npm-peer', 'npm-optional', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'typeorm-in-persistence',
      severity: 'error',
      comment: 'Below the wiring, only persistence knows TypeORM.',
      from: { path: `${library}[^/]+/`, pathNot: [`${library}persistence/`, testCode] },
      to: { path: '^node_modules/(typeorm|@nestjs/typeorm|pg|sql\\.js)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'known-rooms',
      severity: 'error',
      comment: 'A new folder in libs/scim/src needs a floor: add it to this file and to CONTRIBUTING.md.',
      from: { path: `${library}[^/]+/`, pathNot: rooms },
      to: {},
    },
    {
      name: 'known-rooms-only',
      severity: 'error',
      comment: 'The same, seen from the file that imports it.',
      from: { path: `(${rooms}|${library}[^/]+$)` },
      to: { path: `${library}[^/]+/`, pathNot: rooms },
    },
    {
      name: 'library-stands-alone',
      severity: 'error',
      comment: 'The library never imports the host, the tests or the benchmarks.',
      from: { path: library, pathNot: testCode },
      to: { path: outside },
    },
    {
      name: 'library-tests-stand-alone',
      severity: 'error',
      comment: 'Its unit tests may borrow databases and contract suites from test/, nothing else.',
      from: { path: `${library}.*${testCode}` },
      to: { path: outside, pathNot: sharedTests },
    },
    {
      name: 'public-door-only',
      severity: 'error',
      comment: 'The host and the tests use nestjs-scim, nestjs-scim/protocol and nestjs-scim/typeorm.',
      from: { path: outside, pathNot: '^test/contracts/' },
      to: { path: library, pathNot: entryPoints },
    },
    {
      name: 'host-without-tests',
      severity: 'error',
      comment: 'What runs in production does not import what tests it.',
      from: { path: '^src/', pathNot: testCode },
      to: { path: ['^test/', testCode] },
    },
    {
      name: 'shipped-without-tests',
      severity: 'error',
      comment:
        'Spec files and testing/ folders are left out of the package, so shipped code cannot need them.',
      from: { path: library, pathNot: testCode },
      to: { path: `${library}.*${testCode}` },
    },
    {
      name: 'no-cycle',
      severity: 'error',
      comment:
        'Two files that need each other are one thing, or a contract is missing. Types may point back.',
      from: { path: '^(libs|src)/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      severity: 'error',
      comment:
        'An import that cannot be followed cannot be judged. Peers of the benchmark bring their own packages.',
      from: { pathNot: '^bench/peers/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|coverage|\\.data)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.json', '.d.ts'],
    },
  },
};
