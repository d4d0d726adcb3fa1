import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { localBaseUrl, readEnvironment } from './environment.js';

describe('the environment of the host', () => {
  it('has a default for everything', () => {
    expect(readEnvironment({})).toEqual({
      port: 3000,
      host: '127.0.0.1',
      databaseUrl: undefined,
      dataDirectory: resolve('.data'),
      httpAdapter: 'fastify',
      publicUrl: undefined,
      cursorKey: undefined,
      appUrl: undefined,
      sessionKey: undefined,
      accessTokenSeconds: 300,
      trustedProxies: 0,
      openSignUp: true,
      oidc: undefined,
      demo: true,
    });
  });

  it('takes an empty variable for one that is not set', () => {
    expect(readEnvironment({ PORT: ' ', DATABASE_URL: '' })).toEqual(readEnvironment({}));
  });

  it.each([
    [{ PORT: 'abc' }, 'PORT'],
    [{ PORT: '70000' }, 'PORT'],
    [{ PORT: '-1' }, 'PORT'],
    [{ HTTP_ADAPTER: 'koa' }, 'HTTP_ADAPTER'],
    [{ DATABASE_URL: 'oracle://host/db' }, 'DATABASE_URL'],
    [{ PUBLIC_URL: 'api.example.com' }, 'PUBLIC_URL'],
    [{ CURSOR_KEY: 'short' }, 'CURSOR_KEY'],
    [{ SESSION_KEY: 'short' }, 'SESSION_KEY'],
    [{ ACCESS_TOKEN_SECONDS: '86400' }, 'ACCESS_TOKEN_SECONDS'],
    [{ TRUSTED_PROXIES: 'all' }, 'TRUSTED_PROXIES'],
    [{ SIGN_UP: 'yes' }, 'SIGN_UP'],
    [{ APP_URL: 'https://app.example.com/path' }, 'APP_URL'],
    [{ OIDC_ISSUER: 'http://login.example.com', OIDC_CLIENT_ID: 'app' }, 'OIDC_ISSUER'],
    [{ OIDC_ISSUER: 'https://login.example.com' }, 'OIDC_CLIENT_ID'],
  ])('refuses %j by the name of the variable', (variables, name) => {
    expect(() => readEnvironment(variables)).toThrow(name);
  });

  it('does not repeat a database address, which holds a password', () => {
    expect(() => readEnvironment({ DATABASE_URL: 'oracle://u:topsecret@host/db' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('topsecret') as string }) as Error,
    );
  });

  it('completes a public origin with the path of the endpoints', () => {
    const publicUrl = (PUBLIC_URL: string) => readEnvironment({ PUBLIC_URL }).publicUrl;
    expect(publicUrl('https://api.example.com/')).toBe('https://api.example.com/scim/v2');
    expect(publicUrl('https://api.example.com/x/scim/v2/')).toBe('https://api.example.com/x/scim/v2');
  });

  it('takes the identity provider of one workspace', () => {
    const variables = { OIDC_ISSUER: 'http://127.0.0.1:4000', OIDC_CLIENT_ID: 'app' };
    expect(readEnvironment(variables).oidc).toEqual({
      issuer: 'http://127.0.0.1:4000',
      clientId: 'app',
      clientSecret: undefined,
      workspace: 'demo',
      externalIdClaim: 'sub',
    });
  });

  it('lets nobody found a workspace in production unless told so', () => {
    expect(readEnvironment({ NODE_ENV: 'production' }).openSignUp).toBe(false);
    expect(readEnvironment({ NODE_ENV: 'production', SIGN_UP: 'open' }).openSignUp).toBe(true);
  });

  it('names an address that can be called, whatever it listens on', () => {
    expect(localBaseUrl('0.0.0.0', 80)).toBe('http://127.0.0.1:80/scim/v2');
    expect(localBaseUrl('::1', 80)).toBe('http://[::1]:80/scim/v2');
  });
});
