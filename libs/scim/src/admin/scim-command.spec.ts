import { beforeEach, describe, expect, it } from 'vitest';
import { ScimTokens } from '../tokens/scim-tokens.js';
import { MemoryTokenStore } from '../tokens/testing/memory-token-store.js';
import { SCIM_TOKEN_PATTERN } from '../tokens/token-format.js';
import { runScimCommand } from './scim-command.js';

const baseUrl = 'https://api.example.com/scim/v2';
let tokens: ScimTokens;

beforeEach(() => {
  tokens = new ScimTokens(new MemoryTokenStore(), { tokenCacheSeconds: 5 });
});

async function run(...argv: string[]) {
  let [out, err] = ['', ''];
  const services = {
    tokens,
    baseUrl,
    out: (text: string) => (out += text),
    err: (text: string) => (err += text),
  };
  const code = await runScimCommand(services, argv);
  return { code, out, err };
}

async function issueJson(...more: string[]) {
  const { out } = await run('token', 'issue', '--tenant', 'acme', '--name', 'okta', '--json', ...more);
  return JSON.parse(out) as {
    token: string;
    tokenId: string;
    baseUrl: string;
    connection: Record<string, string>;
    expiresAt: string | null;
  };
}

describe('token issue', () => {
  it('prints one JSON object and nothing else with --json', async () => {
    const issued = await issueJson('--profile', 'strict');
    expect(issued.baseUrl).toBe(baseUrl);
    expect(issued.connection).toMatchObject({ name: 'okta', tenantId: 'acme', profile: 'strict' });
    expect(await tokens.verify(issued.token)).toMatchObject({ connectionId: issued.connection['id'] });
    expect(Date.parse(issued.expiresAt ?? '')).toBeGreaterThan(Date.now());
  });

  it('shows the token and the base URL to people', async () => {
    const { code, out } = await run('token', 'issue', '--tenant', 'acme', '--name', 'okta');
    expect(code).toBe(0);
    expect(out).toMatch(SCIM_TOKEN_PATTERN);
    expect(out).toContain(baseUrl);
  });

  it('takes the life of the token in days, or none', async () => {
    const days = (text: string | null) => Math.round((Date.parse(text ?? '') - Date.now()) / 86_400_000);
    expect(days((await issueJson('--expires-in-days', '30')).expiresAt)).toBe(30);
    expect((await issueJson('--never-expires')).expiresAt).toBeNull();
  });

  it('answers 1 and what to change when the service refuses', async () => {
    const { code, out, err } = await run('token', 'issue', '--tenant', 'a_b', '--name', 'okta');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('A tenant id has 1 to 64 characters');
  });
});

describe('the other commands', () => {
  it('list tokens without their secrets', async () => {
    const { token, tokenId } = await issueJson();
    const list = await run('token', 'list', '--tenant', 'acme');
    const json = await run('token', 'list', '--tenant', 'acme', '--json');
    expect(list.out).toContain(tokenId);
    expect(JSON.parse(json.out)).toMatchObject([
      { id: tokenId, state: 'live', connection: { name: 'okta' } },
    ]);
    for (const text of [list.out, json.out]) expect(text).not.toContain(token.slice(14));
  });

  it('revoke a token', async () => {
    const { token, tokenId } = await issueJson();
    expect((await run('token', 'revoke', '--tenant', 'acme', '--token', tokenId)).code).toBe(0);
    expect(await tokens.verify(token)).toBeUndefined();
    expect((await run('token', 'list', '--tenant', 'acme')).out).toContain('revoked');
  });

  it('rotate a token and leave the old one an overlap', async () => {
    const { token, tokenId } = await issueJson();
    const args = ['--tenant', 'acme', '--token', tokenId, '--overlap-hours', '1', '--json'];
    const { out } = await run('token', 'rotate', ...args);
    const fresh = (JSON.parse(out) as { token: string }).token;
    expect(await tokens.verify(fresh)).toBeDefined();
    expect(await tokens.verify(token)).toBeDefined();
    const [old] = await tokens.list('acme');
    expect(Date.parse(old?.expiresAt ?? '')).toBeLessThanOrEqual(Date.now() + 3_600_000);
  });

  it('list connections, change their profile, pause and resume them', async () => {
    const { token } = await issueJson();
    const okta = ['--tenant', 'acme', '--name', 'okta'];
    await run('connection', 'set-profile', ...okta, '--profile', 'strict');
    expect((await run('connection', 'list', '--tenant', 'acme')).out).toMatch(/okta +strict +live/);
    await run('connection', 'pause', ...okta);
    expect(await tokens.verify(token)).toBeUndefined();
    await run('connection', 'resume', ...okta);
    expect(await tokens.verify(token)).toMatchObject({ profile: 'strict' });
  });

  it('answer 1 for what does not exist', async () => {
    expect((await run('token', 'revoke', '--tenant', 'acme', '--token', 'x')).code).toBe(1);
    expect((await run('connection', 'pause', '--tenant', 'acme', '--name', 'x')).code).toBe(1);
  });
});

describe('help', () => {
  it.each([[[]], [['help']], [['--help']]])('lists all commands for %j', async (argv) => {
    const { code, out } = await run(...argv);
    expect(code).toBe(0);
    expect(out).toContain('token issue');
    expect(out).toContain('connection set-profile');
  });

  it.each([[['token', '--help']], [['help', 'token']]])(
    'lists the commands on tokens for %j',
    async (argv) => {
      const { code, out } = await run(...argv);
      expect(code).toBe(0);
      expect(out).toContain('token rotate');
      expect(out).not.toContain('set-profile');
    },
  );

  it('shows the options of one command and runs nothing', async () => {
    const { code, out } = await run('token', 'issue', '--tenant', 'acme', '--name', 'okta', '--help');
    expect(code).toBe(0);
    expect(out).toContain('--expires-in-days N');
    expect(await tokens.list('acme')).toEqual([]);
  });
});

describe('a wrong command line', () => {
  it.each([
    [['tokens', 'issue'], 'There is no such command.'],
    [['token'], 'There is no such command.'],
    [['token', 'toString'], 'There is no such command.'],
    [['token', 'issue', '--tenant', 'acme'], '--name CONNECTION is missing.'],
    [['token', 'list', '--tenant', 'acme', '--color'], '--color'],
    [['token', 'list', '--tenant', ''], '--tenant needs a value.'],
    [['token', 'list', '--tenant'], '--tenant'],
    [['token', 'list', '--tenant', 'acme', 'more'], 'more'],
    [['token', 'issue', '--tenant', 'a', '--name', 'b', '--expires-in-days', 'ten'], 'whole number'],
    [
      ['token', 'issue', '--tenant', 'a', '--name', 'b', '--expires-in-days', '1', '--never-expires'],
      'either',
    ],
  ])('%j answers 2 with the usage', async (argv, message) => {
    const { code, out, err } = await run(...argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
    expect(err).toContain('Usage: npm run scim --');
  });

  it.each([['--token'], []])(
    'never repeats a token that was put in the wrong place (%s)',
    async (...before) => {
      const { token } = await issueJson();
      const { code, err } = await run('token', 'revoke', '--tenant', 'acme', ...before, token);
      expect(code).toBe(2);
      expect(err).not.toContain(token.slice(14));
    },
  );
});
