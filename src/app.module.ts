import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ScimModule } from 'nestjs-scim';
import { Members } from './accounts/members.js';
import { PasswordLinks } from './accounts/password-links.js';
import { PasswordController } from './accounts/password.controller.js';
import { Passwords } from './accounts/passwords.js';
import { AcmeProbe } from './acme-probe.schema.js';
import { AcmeUser } from './acme-user.schema.js';
import { AppUser } from './app-user.entity.js';
import { databaseOptions } from './database-options.js';
import { SCIM_PATH } from './environment.js';
import { HostExceptionFilter } from './host-exception.filter.js';
import { HostSettings } from './host-settings.js';
import { HomeController } from './pages/home.controller.js';
import { PageResponder } from './pages/page-responder.js';
import { AccessTokens } from './sessions/access-tokens.js';
import { EndAccess } from './sessions/end-access.js';
import { Public } from './sessions/public.decorator.js';
import { SessionCookies } from './sessions/session-cookies.js';
import { SessionGuard } from './sessions/session.guard.js';
import { SessionsController } from './sessions/sessions.controller.js';
import { Sessions } from './sessions/sessions.js';
import { Identities } from './sign-in/identities.js';
import { SignInRate } from './sign-in/sign-in-rate.js';
import { SignInController } from './sign-in/sign-in.controller.js';
import { SignIn } from './sign-in/sign-in.js';
import { SignOnStates } from './sign-in/sso/sign-on-state.js';
import { SingleSignOn } from './sign-in/sso/single-sign-on.js';
import { SsoController } from './sign-in/sso/sso.controller.js';
import { AdminController } from './workspaces/admin.controller.js';
import { HOST_ROLES } from './workspaces/host-roles.js';
import { MemberRoles } from './workspaces/member-roles.js';
import { SignedInUser } from './workspaces/signed-in-user.js';
import { SignUpRate } from './workspaces/sign-up-rate.js';
import { SignUpController } from './workspaces/sign-up.controller.js';
import { WorkspaceApiController } from './workspaces/workspace-api.controller.js';
import { Workspace } from './workspaces/workspace.entity.js';
import { Workspaces } from './workspaces/workspaces.js';

/** What the application needs to know before it is built. */
export interface AppSettings {
  readonly databaseUrl: string;
  /** Address of the SCIM endpoints as identity providers see them. */
  readonly publicUrl: string | undefined;
  /** Secret of the paging cursors. */
  readonly cursorKey: string | Uint8Array;
  readonly host: HostSettings;
  /** Deliver events and purge what is due; off in a process that runs a command. */
  readonly background: boolean;
}

/** The application: accounts, sessions and workspaces over one data source, and SCIM over the same. */
@Module({})
export class AppModule {
  static register({ databaseUrl, publicUrl, cursorKey, host, background }: AppSettings): DynamicModule {
    return {
      module: AppModule,
      controllers: CONTROLLERS,
      providers: [
        { provide: HostSettings, useValue: host },
        { provide: APP_GUARD, useClass: SessionGuard },
        { provide: APP_FILTER, useClass: HostExceptionFilter },
        ...SERVICES,
      ],
      imports: [
        TypeOrmModule.forRoot({ ...databaseOptions(databaseUrl), retryAttempts: 0 }),
        TypeOrmModule.forFeature([AppUser, Workspace]),
        ScimModule.forRoot({
          path: SCIM_PATH,
          publicUrl,
          cursorKey,
          entities: { user: AppUser },
          users: { extensions: userExtensions() },
          roles: HOST_ROLES,
          currentUser: SignedInUser,
          outbox: { relay: background },
          retention: { purge: background },
          // Identity providers have tokens of their own; our sessions are not for them.
          decorators: [Public()],
          // Who signs in by the company's account before the directory is connected gets a user.
          identity: { justInTime: 'create' },
        }),
      ],
    };
  }
}

const CONTROLLERS: Type[] = [
  HomeController,
  SignInController,
  SsoController,
  SessionsController,
  PasswordController,
  SignUpController,
  AdminController,
  WorkspaceApiController,
];

const SERVICES: Type[] = [
  Members,
  Passwords,
  PasswordLinks,
  AccessTokens,
  Sessions,
  SessionCookies,
  EndAccess,
  SignIn,
  SignInRate,
  SingleSignOn,
  SignOnStates,
  Identities,
  Workspaces,
  MemberRoles,
  SignUpRate,
  PageResponder,
];

/** Additions to users; with NODE_ENV=test also one attribute of each unusual kind, for the tests to try. */
function userExtensions(): Type[] {
  return process.env['NODE_ENV'] === 'test' ? [AcmeUser, AcmeProbe] : [AcmeUser];
}
