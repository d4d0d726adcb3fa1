import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  Module,
  UnauthorizedException,
  UseGuards,
} from '@nestjs/common';
import { type CurrentUser, CurrentUserResolver, RequireScimRole } from 'nestjs-scim';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGroup, createUser } from '../support/resources.js';
import { ADAPTERS, bootScim, type ScimApp } from '../support/scim-app.js';
import { ScimClient } from '../support/scim-client.js';

interface SignedIn {
  headers: Record<string, string | undefined>;
  user?: CurrentUser;
}

/** The host's own sign-in: it knows the user by a header, for the test. */
@Injectable()
class SignInGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<SignedIn>();
    const userId = request.headers['x-user'];
    if (userId === 'broken') throw new UnauthorizedException('Sign in again.');
    if (userId !== undefined) request.user = { tenantId: request.headers['x-tenant'] ?? 'acme', userId };
    return true;
  }
}

@Injectable()
class Directory {
  readonly tenant = 'acme';
}

@Injectable()
class SignedInUser extends CurrentUserResolver {
  constructor(private readonly directory: Directory) {
    super();
  }
  override resolve(context: ExecutionContext): CurrentUser | undefined {
    const { user } = context.switchToHttp().getRequest<SignedIn>();
    return user?.tenantId === this.directory.tenant ? user : undefined;
  }
}

@Controller('projects')
@UseGuards(SignInGuard)
class ProjectsController {
  @Get('open')
  open(): string {
    return 'open';
  }
  @RequireScimRole('admin')
  @Get('admin')
  admin(): string {
    return 'admin';
  }
  @RequireScimRole('admin', 'viewer')
  @Get('any')
  any(): string {
    return 'any';
  }
}

@Controller('audit')
@RequireScimRole('viewer')
@UseGuards(SignInGuard)
class AuditController {
  @Get()
  list(): string {
    return 'audit';
  }
  @RequireScimRole('admin')
  @Get('both')
  both(): string {
    return 'both';
  }
}

/** Knows nothing of ScimModule. */
@Module({ controllers: [ProjectsController, AuditController], providers: [SignedInUser, Directory] })
class ProjectsModule {}

describe.each(ADAPTERS)('@RequireScimRole on %s', (adapter) => {
  let scim: ScimApp;
  let idp: ScimClient;
  let host: ScimClient;
  beforeAll(async () => {
    const mappings = [
      { role: 'admin', group: { displayName: 'Admins' } },
      { role: 'viewer', group: { displayName: 'Everybody' } },
    ];
    const options = { currentUser: SignedInUser, roles: { mappings } };
    scim = await bootScim({ adapter, scim: options, host: { imports: [ProjectsModule] } });
    idp = await scim.client();
    host = new ScimClient(scim.origin);
  });
  afterAll(() => scim.close());

  const get = async (path: string, user?: string, tenant = 'acme') =>
    (await host.get(path, { headers: { 'x-user': user ?? null, 'x-tenant': tenant } })).status;

  it('lets members of the group through as soon as they are, and no longer', async () => {
    const ann = await createUser(idp);
    expect(await get('/projects/admin', ann.id)).toBe(403);
    const group = await createGroup(idp, { displayName: 'Admins', members: [{ value: ann.id }] });
    expect(await get('/projects/admin', ann.id)).toBe(200);
    const path = `members[value eq "${ann.id}"]`;
    expect((await idp.patch(`/Groups/${group.id}`, [{ op: 'remove', path }])).status).toBe(204);
    expect(await get('/projects/admin', ann.id)).toBe(403);
    expect(await get('/projects/open', ann.id)).toBe(200);
  });

  it('asks the class before the method, one role of each list', async () => {
    const [eve, bob] = [await createUser(idp), await createUser(idp)];
    await createGroup(idp, { displayName: 'Everybody', members: [{ value: eve.id }, { value: bob.id }] });
    const ops = [{ op: 'add', path: 'members', value: [{ value: bob.id }] }];
    const [admins] = await idp.ids('/Groups', 'displayName eq "Admins"');
    await idp.patch(`/Groups/${admins}`, ops);
    expect([await get('/projects/any', eve.id), await get('/projects/any', bob.id)]).toEqual([200, 200]);
    expect([await get('/audit', eve.id), await get('/audit', bob.id)]).toEqual([200, 200]);
    expect([await get('/audit/both', eve.id), await get('/audit/both', bob.id)]).toEqual([403, 200]);
    await idp.patch(`/Users/${bob.id}`, [{ op: 'replace', path: 'active', value: false }]);
    expect(await get('/audit', bob.id)).toBe(403);
  });

  it('answers 401 to nobody, and leaves the refusal to the host where it signs people in', async () => {
    expect(await get('/projects/admin')).toBe(401);
    expect(await get('/projects/admin', 'broken')).toBe(401);
    expect(await get('/projects/admin', 'x', 'other')).toBe(401);
    expect(await get('/projects/admin', 'nobody-there')).toBe(403);
    const { body } = await host.get('/projects/admin', { headers: { 'x-user': 'broken' } });
    expect(body).toMatchObject({ message: 'Sign in again.' });
  });
});
