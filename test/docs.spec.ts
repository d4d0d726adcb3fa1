import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import {
  EVENT_CLASSES,
  ScimBreakerRules,
  ScimBulk,
  SCOPES,
  scimCommandHelp,
  ScimFeatures,
  ScimLimits,
  ScimLogOptions,
  ScimOptions,
  ScimOutbox,
  ScimRetention,
  ScimRoleOptions,
  ScimSignOn,
} from 'nestjs-scim';
import { REMEDIES, TOLERANCES } from 'nestjs-scim/protocol';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const project = resolve(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(join(project, file), 'utf8');
const library = 'libs/scim/src';

function pagesIn(folder: string): string[] {
  return readdirSync(join(project, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`);
}

const PAGES = ['README.md', 'libs/scim/README.md', ...pagesIn('docs/guide'), ...pagesIn('docs/reference')];

/** Rows of the tables below a heading, each as its cells; without the head of each table. */
function tableBelow(page: string, heading: string): string[][] {
  const [, below = ''] = read(page).split(`\n## ${heading}\n`);
  const [section = ''] = below.split('\n## ');
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  const cells = lines.map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
  return cells.filter((row, index) => !isRule(row) && !isRule(cells[index + 1] ?? []));
}

const isRule = (row: string[]): boolean => row.length > 0 && row.every((cell) => /^:?-+:?$/.test(cell));
const headingsOf = (page: string): string[] =>
  [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, text = '']) => text.replaceAll('`', ''));
const code = (cell = ''): string => cell.replaceAll('`', '');

/** Declared members of a class or interface, or the properties of the object that a constant holds. */
function declared(file: string, name: string): Map<string, ts.Node | undefined> {
  const source = ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true);
  const members = new Map<string, ts.Node | undefined>();
  const add = (member: ts.Node): void => {
    if (ts.isPropertyDeclaration(member) || ts.isPropertyAssignment(member))
      members.set(member.name.getText(), member.initializer);
    else if (ts.isPropertySignature(member)) members.set(member.name.getText(), undefined);
  };
  const visit = (node: ts.Node): void => {
    const named =
      ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node) || ts.isVariableDeclaration(node);
    if (named && node.name?.getText() === name) {
      ts.forEachChild(node, (child) =>
        ts.isObjectLiteralExpression(child) ? child.properties.forEach(add) : add(child),
      );
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  if (members.size === 0) throw new Error(`${file} declares no ${name}`);
  return members;
}

/** How the reference writes a default. */
function shown(value: unknown): string {
  if (typeof value === 'function') return value.name;
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  return value === undefined ? 'none' : typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
}

describe('The reference of the options', () => {
  const page = 'docs/reference/options.md';
  const options = `${library}/scim.options.ts`;
  const documented = (heading: string): [string, string][] =>
    tableBelow(page, heading).map(([name, , value]) => [code(name), code(value)]);

  it.each([
    ['Runtime options', 'ScimOptions', new ScimOptions()],
    ['Limits', 'ScimLimits', new ScimLimits()],
    ['Features', 'ScimFeatures', new ScimFeatures()],
    ['Bulk', 'ScimBulk', new ScimBulk()],
    ['Sign-on', 'ScimSignOn', new ScimSignOn()],
    ['Outbox', 'ScimOutbox', new ScimOutbox()],
    ['Provisioning log', 'ScimLogOptions', new ScimLogOptions()],
    ['Retention', 'ScimRetention', new ScimRetention()],
    ['Breaker', 'ScimBreakerRules', new ScimBreakerRules()],
    ['Roles', 'ScimRoleOptions', new ScimRoleOptions()],
  ])('lists under "%s" the names and defaults of %s', (heading, className, instance) => {
    const defaults: ReadonlyMap<string, unknown> = new Map(Object.entries(instance));
    const names = [...declared(options, className).keys()].filter(
      (name) => typeof defaults.get(name) !== 'object' || Array.isArray(defaults.get(name)),
    );
    const rows = documented(heading).filter(([name]) => !name.includes('.'));
    expect(rows).toEqual(names.map((name) => [name, shown(defaults.get(name))]));
  });

  it('lists the structural options with their defaults', () => {
    const file = `${library}/scim.module-definition.ts`;
    const rows = new Map(
      documented('Structural options').map(([name, value]) => [name.split('.')[0], value]),
    );
    const extras = declared(file, 'EXTRAS');
    expect([...rows.keys()]).toEqual([...declared(file, 'ScimStructuralOptions').keys()]);
    expect([...rows]).toEqual(
      [...extras].map(([name, value]) => [name, value?.getText().replace('undefined', 'none')]),
    );
  });

  it('is the source of every limit and feature that the guides name', () => {
    const known = new Set([
      ...declared(options, 'ScimLimits').keys(),
      ...declared(options, 'ScimFeatures').keys(),
    ]);
    const named = PAGES.flatMap((file) => [...read(file).matchAll(/`(?:limits|features)\.(\w+)`/g)]);
    expect(named.length).toBeGreaterThan(5);
    expect(named.map(([, name = '']) => name).filter((name) => !known.has(name))).toEqual([]);
  });
});

describe('The reference of the errors', () => {
  const headings = headingsOf('docs/reference/errors.md');
  const source = read(`${library}/protocol/error/scim-error.ts`);

  it('has a heading for each scimType', () => {
    const [, union = ''] = /export type ScimType =([^;]+);/.exec(source) ?? [];
    const types = [...union.matchAll(/'(\w+)'/g)].map(([, type = '']) => type);
    expect(types.length).toBeGreaterThan(10);
    expect(types.filter((type) => !headings.includes(type))).toEqual([]);
  });

  it('has a heading for each status', () => {
    const statuses = new Set(
      [...source.matchAll(/new ScimError\((\d{3})/g)].map(([, status = '']) => status),
    );
    expect(statuses.size).toBeGreaterThan(8);
    const missing = [...statuses].filter((status) => !headings.some((heading) => heading.startsWith(status)));
    expect(missing).toEqual([]);
  });
});

describe('The remedies in the reference of the errors', () => {
  const sections = read('docs/reference/errors.md').split(/^##+ /m);

  it.each(Object.entries(REMEDIES))('are those of the log for %s', (key, remedy) => {
    const section = sections.find((text) => text.startsWith(key));
    const quoted = (section ?? '').split('\n').filter((line) => line.startsWith('> '));
    expect(quoted.map((line) => line.slice(2)).join(' ')).toBe(remedy);
  });

  it('are there for every scimType', () => {
    const [, union = ''] =
      /export type ScimType =([^;]+);/.exec(read(`${library}/protocol/error/scim-error.ts`)) ?? [];
    const types = [...union.matchAll(/'(\w+)'/g)].map(([, type = '']) => type);
    expect(types.filter((type) => !REMEDIES[type])).toEqual([]);
  });
});

describe('The reference of the events', () => {
  const page = 'docs/reference/events.md';
  const own = (file: string, name: string): string[] => {
    const members = [...declared(file, name).keys()];
    return members.filter((member) => member !== 'type');
  };
  const fileOf = (name: string): string =>
    `${library}/events/${name.replace(/(?<!^)[A-Z]/g, '-$&').toLowerCase()}.ts`;

  it('lists each class with its type and what it has besides', () => {
    const updated = own(`${library}/events/changed-attributes.ts`, 'ChangedAttributes');
    const expected = EVENT_CLASSES.map(({ name, type }) => {
      const changes = read(fileOf(name)).includes('extends ChangedAttributes');
      const details = changes ? updated : own(fileOf(name), name);
      return [name, type, details.join(', ') || 'none'];
    });
    const rows = tableBelow(page, 'The events').map((row) => row.slice(0, 3).map(code));
    expect(rows).toEqual(expected);
  });

  it('lists what every event has', () => {
    const rows = tableBelow(page, 'What every event has').map(([name]) => code(name));
    expect(rows).toEqual(own(`${library}/events/scim-event.ts`, 'ScimEvent'));
  });

  it('lists the attributes of a CloudEvent', () => {
    const rows = tableBelow(page, 'As CloudEvents').map(([name]) => code(name));
    expect(rows).toEqual([...declared(`${library}/events/cloud-event.ts`, 'CloudEvent').keys()]);
  });
});

describe('The other references', () => {
  it('list each tolerance, in the order of the profile', () => {
    const rows = tableBelow('docs/reference/tolerances.md', 'The tolerances');
    expect(rows.map(([name]) => code(name))).toEqual(Object.keys(TOLERANCES));
    expect(rows.filter((row) => row.length !== 3 || row.includes(''))).toEqual([]);
  });

  it('list the options of @ScimAttribute and the scopes in the guides', () => {
    const options = declared(
      `${library}/protocol/schema/scim-attribute.decorator.ts`,
      'ScimAttributeOptions',
    );
    // Two are for the core schemas alone.
    const open = [...options.keys()].filter((name) => name !== 'detached' && name !== 'computed');
    const attributes = tableBelow('docs/guide/extending-entities.md', 'Attributes: a schema extension');
    expect(attributes.map(([name]) => code(name)).toSorted()).toEqual(open.toSorted());
    expect(tableBelow('docs/guide/tokens.md', 'Scopes').map(([name]) => code(name))).toEqual([...SCOPES]);
  });

  it('show the help of each command as the command prints it', () => {
    const page = read('docs/reference/command-line.md');
    const overview = scimCommandHelp([]) ?? '';
    const commands = [...overview.matchAll(/^ {2}(\w+(?: [\w-]+)+) {2}/gm)].map(([, words = '']) => words);
    expect(commands).toHaveLength(32);
    for (const argv of [[], ...commands.map((words) => [...words.split(' '), '--help'])]) {
      expect(page).toContain(`\`\`\`text\n${scimCommandHelp(argv)?.trimEnd()}\n\`\`\``);
    }
    for (const command of commands) expect(page).toContain(`\n## ${command}\n`);
  });

  it('list the environment variables of the reference host in the README', () => {
    const used = [...read('src/environment.ts').matchAll(/value\('([A-Z_]+)'\)/g)].map(([, name]) => name);
    const rows = tableBelow('README.md', 'The reference host');
    expect(rows.map(([name]) => code(name)).toSorted()).toEqual(used.toSorted());
  });

  it('name in the README the two commands of the package', () => {
    expect(read('README.md')).toContain('npm ci && npm start');
    expect(read('README.md')).toContain('npm ci && npm test');
  });
});

describe('Examples and links', () => {
  const marked = PAGES.flatMap((page) =>
    [...read(page).matchAll(/<!-- example: (\S+)#(\S+) -->\n+```ts\n([\s\S]*?)```/g)].map(
      ([, file = '', region = '', text = '']) => ({ page, file, region, text }),
    ),
  );

  it('mark every TypeScript example of README and guides with its file', () => {
    const all = PAGES.flatMap((page) => [...read(page).matchAll(/^```(ts|typescript)$/gm)]);
    expect(marked.length).toBeGreaterThan(8);
    expect(all).toHaveLength(marked.length);
  });

  it.each(marked)('show $file#$region in $page as it is compiled', ({ file, region, text }) => {
    const [, rest] = read(file).split(`// #region ${region}\n`);
    const [expected] = rest?.split(`// #endregion ${region}\n`) ?? [];
    expect(text).toBe(expected);
  });

  it('lead to files and headings that exist', () => {
    const broken = PAGES.flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)]
        .map(([, link = '']) => link)
        .filter((link) => !leads(page, link))
        .map((link) => `${page}: ${link}`),
    );
    expect(broken).toEqual([]);
  });
});

function leads(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : relative(project, resolve(project, dirname(page), path));
  if (!existsSync(join(project, target))) return false;
  return anchor === undefined || headingsOf(target).some((heading) => slug(heading) === anchor);
}

/** GitHub's name of a heading. */
function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}
