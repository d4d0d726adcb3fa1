import { beforeEach, describe, expect, it } from 'vitest';
import { entryId } from '../log/entry-id.js';
import type { LogEntry } from '../log/log-entry.js';
import { ScimLog } from '../log/scim-log.js';
import { MemoryLogStore } from '../log/testing/memory-log-store.js';
import { ScimTokens } from '../tokens/scim-tokens.js';
import { MemoryTokenStore } from '../tokens/testing/memory-token-store.js';
import { runScimCommand } from './scim-command.js';

const HOUR = 3_600_000;
let store: MemoryLogStore;
let tokens: ScimTokens;

beforeEach(() => {
  store = new MemoryLogStore();
  tokens = new ScimTokens(new MemoryTokenStore(), { tokenCacheSeconds: 5 });
});

async function run(...argv: string[]) {
  let [out, err] = ['', ''];
  const services = {
    tokens,
    log: new ScimLog(store, { retentionDays: 30 }),
    baseUrl: 'https://api.example.com/scim/v2',
    out: (text: string) => (out += text),
    err: (text: string) => (err += text),
  };
  return { code: await runScimCommand(services, argv), out, err };
}

async function add(hoursAgo: number, more: Partial<LogEntry> = {}): Promise<LogEntry> {
  const moment = Date.now() - hoursAgo * HOUR;
  const entry: LogEntry = {
    id: entryId(moment),
    kind: 'request',
    time: new Date(moment).toISOString(),
    tenantId: 'acme',
    requestId: 'req',
    method: 'PATCH',
    endpoint: '/Users/:id',
    resourceType: 'User',
    status: 200,
    durationMs: 4,
    bytesIn: 10,
    ...more,
  };
  await store.append([entry]);
  return entry;
}

const conflict: Partial<LogEntry> = {
  method: 'POST',
  endpoint: '/Users',
  status: 409,
  scimType: 'uniqueness',
  detail: 'Another user has this userName.',
};

describe('log list', () => {
  it('shows the newest first, with the one thing to know of each', async () => {
    await add(5, { changes: [{ path: 'active' }, { path: 'emails' }] });
    await add(4, conflict);
    await add(3, { ignored: ['shoeSize'] });
    await add(2, { endpoint: '/Groups/:id', resourceType: 'Group', members: { added: 2, removed: 1 } });
    await add(1, { status: 401, token: 'expired' });
    const { code, out } = await run('log', 'list', '--tenant', 'acme');
    expect(code).toBe(0);
    const lines = out.trim().split('\n').slice(1);
    expect(lines.map((line) => line.slice(26, 29))).toEqual(['401', '200', '200', '409', '200']);
    expect(lines[0]).toContain('token expired');
    expect(lines[1]).toContain('members +2 -1');
    expect(lines[2]).toContain('"shoeSize" is in no schema');
    expect(lines[3]).toContain('uniqueness: Another user has this userName.');
    expect(lines[4]).toContain('active, emails');
  });

  it('narrows by failure, time and number, and says how to go on', async () => {
    await add(30, conflict);
    const failed = await add(3, conflict);
    await add(2);
    const { out } = await run('log', 'list', '--tenant', 'acme', '--failed', '--since', '24h', '--json');
    const listed = JSON.parse(out) as { entries: LogEntry[]; next: string | null };
    expect(listed.entries.map(({ id }) => id)).toEqual([failed.id]);
    expect(listed.next).toBeNull();
    const page = await run('log', 'list', '--tenant', 'acme', '--limit', '2');
    expect(page.out).toContain(`There are more: --after ${failed.id}`);
    const rest = await run('log', 'list', '--tenant', 'acme', '--limit', '2', '--after', failed.id);
    expect(rest.out.trim().split('\n')).toHaveLength(2);
  });

  it('shows requests of no tenant, which are nobody’s otherwise', async () => {
    await add(1, { tenantId: undefined, status: 401, token: 'unknown' });
    expect((await run('log', 'list', '--tenant', 'acme')).out).toBe('There are no such entries.\n');
    expect((await run('log', 'list', '--no-tenant')).out).toContain('token unknown');
  });

  it.each([
    [['log', 'list'], 2, 'either --tenant T or --no-tenant'],
    [['log', 'list', '--tenant', 'acme', '--no-tenant'], 2, 'either --tenant T or --no-tenant'],
    [['log', 'list', '--tenant', 'acme', '--since', 'monday'], 2, '--since'],
    [['log', 'list', '--tenant', 'acme', '--status', '9xx'], 1, '2xx, 3xx, 4xx and 5xx'],
    [['log', 'list', '--tenant', 'acme', '--limit', '501'], 1, 'from 1 to 500'],
    [['log', 'list', '--tenant', 'acme', '--connection', 'okta'], 1, 'no connection of this name'],
    [['log', 'show', '--tenant', 'acme', '--entry', 'x'], 1, 'no such entry'],
  ])('answers %j with %i', async (argv, code, text) => {
    const answer = await run(...argv);
    expect(answer.code).toBe(code);
    expect(answer.err).toContain(text);
  });

  it('selects a connection by its name', async () => {
    const { connection } = await tokens.issue({ tenantId: 'acme', connection: { name: 'okta' } });
    const selected: (string | undefined)[] = [];
    store.select = async ({ connectionId }) => {
      selected.push(connectionId);
      return [];
    };
    await run('log', 'list', '--tenant', 'acme', '--connection', 'okta');
    expect(selected).toEqual([connection.id]);
  });
});

describe('The other commands on the log', () => {
  it('show an entry with warnings and what to do', async () => {
    const { id } = await add(1, {
      ...conflict,
      ignored: ['shoeSize'],
      changes: [{ path: 'title', after: '"x"' }],
    });
    const { out } = await run('log', 'show', '--tenant', 'acme', '--entry', id);
    expect(out).toMatch(/^status +409$/m);
    expect(out).toMatch(/^changed +title: none → "x"$/m);
    expect(out).toMatch(/^warning +The attribute "shoeSize"/m);
    expect(out).toMatch(/^remedy +Another user or group already has this value/m);
    const json = await run('log', 'show', '--tenant', 'acme', '--entry', id, '--json');
    expect(JSON.parse(json.out)).toMatchObject({
      id,
      remedy: expect.any(String),
      warnings: [expect.any(String)],
    });
  });

  it('prune by the retention, by an age and for one tenant', async () => {
    await add(31 * 24);
    await add(3 * 24);
    await add(3 * 24, { tenantId: 'other' });
    await add(1);
    expect((await run('log', 'prune')).out).toBe('1 entries are deleted.\n');
    expect((await run('log', 'prune', '--tenant', 'acme', '--older-than-days', '2', '--json')).out).toBe(
      '{"pruned":1}\n',
    );
    expect(store.entries.size).toBe(2);
  });

  it('tell of gaps', async () => {
    expect((await run('log', 'status', '--tenant', 'acme')).out).toContain('No gaps are known.');
    await add(1, { kind: 'gap', status: 0, missing: { count: 12, reason: 'lost' } });
    const { out } = await run('log', 'status', '--tenant', 'acme');
    expect(out).toContain('kept for 30 days');
    expect(out).toContain('12 entries are missing here');
  });
});
