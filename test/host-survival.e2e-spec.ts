import {
  type CallHandler,
  Catch,
  Controller,
  type ExceptionFilter,
  type ArgumentsHost,
  Get,
  type INestApplication,
  Injectable,
  type NestInterceptor,
  type ExecutionContext,
  SetMetadata,
  UnauthorizedException,
  ValidationPipe,
  VersioningType,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import compression from 'compression';
import helmet from 'helmet';
import { map, type Observable } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { createGroup, createUser, ENTERPRISE, ERROR, fresh, group, user } from './support/resources.js';
import { ADAPTERS, type AdapterName, bootScim, type BootSettings, type ScimApp } from './support/scim-app.js';
import type { ScimClient } from './support/scim-client.js';

@Injectable()
class EnvelopeInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((data: unknown) => ({ data })));
  }
}

@Catch()
class HostFilter implements ExceptionFilter {
  constructor(private readonly app: INestApplication) {}

  catch(_exception: unknown, host: ArgumentsHost): void {
    this.app.getHttpAdapter().reply(host.switchToHttp().getResponse(), { host: 'error' }, 418);
  }
}

@Controller()
class HostController {
  @Get('hello')
  hello(): object {
    return { hello: 'host' };
  }
  @Get('broken')
  broken(): never {
    throw new Error('of the host');
  }
}

const Public = (): ClassDecorator & MethodDecorator => SetMetadata('isPublic', true) as never;

/** What a provider does in its first minutes; every step must work whatever the host has set up. */
async function provision(client: ScimClient): Promise<void> {
  expect((await client.get('/ServiceProviderConfig')).body.patch.supported).toBe(true);
  const person = await createUser(client, {
    [ENTERPRISE]: { department: 'R&D' },
    emails: [{ value: 'a@b.example', type: 'work' }],
  });
  expect(person[ENTERPRISE].department).toBe('R&D');
  const found = await client.get('/Users', { query: { filter: `userName eq "${person.userName}"` } });
  expect(found.body.totalResults).toBe(1);
  expect(found.headers['content-type']).toBe('application/scim+json');
  const patched = await client.patch(`/Users/${person.id}`, [
    { op: 'Replace', path: 'active', value: 'False' },
  ]);
  expect([patched.status, patched.body.active]).toEqual([200, false]);
  const team = await createGroup(client, { members: [{ value: person.id }] });
  expect((await client.get(`/Groups/${team.id}`)).body.members).toHaveLength(1);
  const json = await client.post('/Users', user(), { headers: { 'content-type': 'application/json' } });
  expect(json.status).toBe(201);
  expect((await client.delete(`/Groups/${team.id}`)).status).toBe(204);
}

/** Every failure below the path is a SCIM error. */
async function fail(client: ScimClient): Promise<void> {
  const failures: [
    number,
    Promise<{ status: number; headers: object; body: { schemas: string[]; status: string } }>,
  ][] = [
    [401, client.as(undefined).get('/Users')],
    [401, client.as('nope').get('/Nothing')],
    [404, client.get('/Nothing')],
    [404, client.get('/Users/unknown')],
    [404, client.get('/Users/%zz')],
    [405, client.put('/Users', user())],
    [400, client.send('POST', '/Users', { raw: '{"userName":' })],
    [400, client.get('/Users', { query: { filter: 'userName eq' } })],
    [409, client.post('/Users', { ...(await createUser(client)), id: undefined })],
    [415, client.send('POST', '/Users', { raw: 'x', headers: { 'content-type': 'text/plain' } })],
    [413, client.send('POST', '/Users', { raw: Buffer.alloc(2 * 1024 * 1024, 0x20) })],
    [501, client.get('/Me')],
  ];
  for (const [status, answer] of failures) {
    const reply = await answer;
    expect(reply.status).toBe(status);
    expect(reply.headers).toMatchObject({ 'content-type': 'application/scim+json' });
    expect(reply.body).toMatchObject({ schemas: [ERROR], status: String(status) });
  }
}

describe.each(ADAPTERS)('a host on %s', (adapter: AdapterName) => {
  let scim: ScimApp;
  afterEach(() => scim.close());

  async function boot(settings: BootSettings = {}): Promise<ScimClient> {
    scim = await bootScim({ adapter, host: { controllers: [HostController] }, ...settings });
    return scim.client();
  }
  const hello = async (path = '/hello'): Promise<unknown> => (await fetch(scim.origin + path)).json();

  it('provisions with nothing configured', async () => {
    await provision(await boot());
  });

  it('answers every failure as a SCIM error [P-3.12-01, P-3.12-02, P-3.12-04, D3]', async () => {
    await fail(await boot());
  });

  it('keeps working under a global prefix, which locations carry [D2]', async () => {
    const client = await boot({ configure: (app) => void app.setGlobalPrefix('api'), at: '/api/scim/v2' });
    await provision(client);
    await fail(client);
    const person = await createUser(client);
    expect(person.meta.location).toBe(`${scim.origin}/api/scim/v2/Users/${person.id}`);
    expect(await hello('/api/hello')).toEqual({ hello: 'host' });
  });

  it('is not moved by URI versioning', async () => {
    const client = await boot({
      configure: (app) => void app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' }),
    });
    await provision(client);
    expect(await hello('/v1/hello')).toEqual({ hello: 'host' });
  });

  it('is not touched by a global ValidationPipe that forbids what it does not know', async () => {
    const pipe = new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true });
    const client = await boot({ configure: (app) => void app.useGlobalPipes(pipe) });
    await provision(client);
    await fail(client);
  });

  it('passes a global guard by the decorator that the host names', async () => {
    class HostGuard {
      constructor(private readonly reflector = new Reflector()) {}
      canActivate(context: ExecutionContext): boolean {
        if (this.reflector.getAllAndOverride('isPublic', [context.getHandler(), context.getClass()]))
          return true;
        throw new UnauthorizedException();
      }
    }
    const client = await boot({
      scim: { decorators: [Public()] },
      configure: (app) => void app.useGlobalGuards(new HostGuard()),
    });
    await provision(client);
    expect((await fetch(`${scim.origin}/hello`)).status).toBe(401);
  });

  it('turns the refusal of a global guard into a SCIM error', async () => {
    const client = await boot({
      configure: (app) => void app.useGlobalGuards({ canActivate: () => false }),
    });
    expect((await client.get('/Users')).body).toMatchObject({ schemas: [ERROR], status: '403' });
  });

  it('is not wrapped by a global interceptor that wraps every answer', async () => {
    const client = await boot({
      configure: (app) => void app.useGlobalInterceptors(new EnvelopeInterceptor()),
    });
    await provision(client);
    await fail(client);
    expect(await hello()).toEqual({ data: { hello: 'host' } });
  });

  it('answers its own errors beside a global exception filter, and leaves it the rest', async () => {
    const client = await boot({ configure: (app) => void app.useGlobalFilters(new HostFilter(app)) });
    await provision(client);
    await fail(client);
    expect((await fetch(`${scim.origin}/broken`)).status).toBe(418);
    expect((await fetch(`${scim.origin}/nowhere`)).status).toBe(418);
  });

  it('takes bodies over the 100 kB that the host allows itself', async () => {
    const client = await boot({
      configure: (app) => {
        if (adapter === 'express') (app as NestExpressApplication).useBodyParser('json', { limit: '100kb' });
        else
          (app as unknown as NestFastifyApplication).useBodyParser('application/json', {
            bodyLimit: 100 * 1024,
          });
      },
    });
    const ids = await Promise.all(
      Array.from({ length: 3 }, async () => (await createUser(client)).id as string),
    );
    const members = Array.from({ length: 2500 }, (_, i) => ({ value: ids[i % 3], display: 'x'.repeat(40) }));
    for (const type of ['application/json', 'application/scim+json']) {
      const big = await client.post('/Groups', group({ members }), { headers: { 'content-type': type } });
      expect(big.status).toBe(201);
      expect(big.body.members).toHaveLength(3);
    }
  });

  it('works behind helmet and compression', async () => {
    const client = await boot({
      configure: (app) => {
        if (adapter === 'express')
          (app as NestExpressApplication).use(helmet(), compression({ threshold: 0 }));
        else (app as unknown as NestFastifyApplication).use(helmet());
      },
    });
    await provision(client);
    await fail(client);
    const listed = await fetch(`${client.baseUrl}/Schemas`, { headers: { 'accept-encoding': 'gzip' } });
    expect(((await listed.json()) as { totalResults: number }).totalResults).toBeGreaterThan(2);
    expect(listed.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('finds the endpoints with extra slashes and refuses another version [P-3.13-02]', async () => {
    const client = await boot();
    const name = fresh();
    await createUser(client, { userName: name });
    const query = { filter: `userName eq "${name}"` };
    for (const path of ['/Users', '/Users/', '//Users', '//Users//']) {
      expect((await client.get(path, { query })).body.totalResults).toBe(1);
    }
    const versioned = await fetch(`${scim.origin}/scim/v9/Users`, { headers: { authorization: 'Bearer x' } });
    expect(versioned.status).toBe(401);
    const issued = await scim.tokens.issue({ tenantId: 'acme', connection: { name: 'v' } });
    const refused = await fetch(`${scim.origin}/scim/v9/Users`, {
      headers: { authorization: `Bearer ${issued.token}` },
    });
    expect(await refused.json()).toMatchObject({ status: '400', scimType: 'invalidVers' });
  });
});
