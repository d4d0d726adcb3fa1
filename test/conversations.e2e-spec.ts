import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fresh } from './support/resources.js';
import { type DatabaseName, DATABASES } from './support/databases.js';
import { type AdapterName, ADAPTERS, type ScimApp } from './support/scim-app.js';
import { bootScimOn } from './support/scim-on-database.js';
import type { ScimClient, ScimReply } from './support/scim-client.js';

interface Expectation {
  readonly status?: number | readonly number[];
  readonly body?: object;
  readonly absent?: readonly string[];
}

interface Step {
  readonly step: string;
  readonly send: {
    readonly method: string;
    readonly path: string;
    readonly headers?: Record<string, string>;
    readonly query?: Record<string, string>;
    readonly body?: unknown;
  };
  readonly expect: Expectation;
  readonly after?: Expectation & { readonly path: string };
  readonly keep?: Record<string, string>;
}

const folder = fileURLToPath(new URL('conversations/', import.meta.url));
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.json'),
);

/** Puts kept values into every `{name}` of a step. */
function fill<T>(value: T, kept: Record<string, string>): T {
  const text = JSON.stringify(value).replace(/\{(\w+)\}/g, (all, name: string) => kept[name] ?? all);
  return JSON.parse(text) as T;
}

function check(reply: ScimReply, { status, body, absent = [] }: Expectation, step: string): void {
  if (status !== undefined) expect([status].flat(), `${step}: ${reply.text}`).toContain(reply.status);
  if (body !== undefined) expect(reply.body, step).toMatchObject(body);
  for (const member of absent) expect(reply.body, step).not.toHaveProperty([member]);
}

async function play(client: ScimClient, steps: readonly Step[]): Promise<void> {
  const kept: Record<string, string> = { run: fresh('run') };
  for (const recorded of steps) {
    const { step, send, expect: expected, after, keep = {} } = fill(recorded, kept);
    const reply = await client.send(send.method, send.path, send);
    check(reply, expected, step);
    for (const [name, member] of Object.entries(keep)) kept[name] = String(reply.body[member]);
    if (after) check(await client.get(fill(after.path, kept)), fill(after, kept), `after: ${step}`);
  }
}

const PLACES: [AdapterName, DatabaseName][] = [
  ...ADAPTERS.map((adapter): [AdapterName, DatabaseName] => [adapter, 'sqlite']),
  ...DATABASES.filter((name) => name !== 'sqlite').map((name): [AdapterName, DatabaseName] => [
    'fastify',
    name,
  ]),
];

describe.each(PLACES)('on %s over %s', (adapter, database) => {
  let scim: ScimApp;
  beforeAll(async () => {
    scim = await bootScimOn(database, { adapter });
  });
  afterAll(() => scim.close());

  it.each(files.map((name) => relative('.', name)))(
    'a provider gets through the conversation %s',
    async (name) => {
      const steps = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Step[];
      expect(steps.length).toBeGreaterThan(0);
      await play(await scim.client({ tenant: fresh('tenant') }), steps);
    },
  );
});
