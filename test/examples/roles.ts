// #region roles-options
import { Controller, Delete, type ExecutionContext, Injectable, Module } from '@nestjs/common';
import { type CurrentUser, CurrentUserResolver, RequireScimRole, ScimModule } from 'nestjs-scim';

/** Whom your own guard signed in; it put the session into the request. */
@Injectable()
export class SignedInUser extends CurrentUserResolver {
  override resolve(context: ExecutionContext): CurrentUser | undefined {
    return context.switchToHttp().getRequest<{ session?: CurrentUser }>().session;
  }
}

export const scim = ScimModule.forRoot({
  isGlobal: true,
  currentUser: SignedInUser,
  roles: {
    mappings: [
      { role: 'admin', group: { displayName: 'Engineering' }, priority: 10 },
      { role: 'viewer', group: { pattern: 'app-*-users' } },
    ],
    protected: ['admin'],
  },
});

@Controller('projects')
export class ProjectsController {
  @RequireScimRole('admin')
  @Delete(':id')
  remove(): void {}
}

@Module({ imports: [scim], controllers: [ProjectsController], providers: [SignedInUser] })
export class ProjectsModule {}
// #endregion roles-options
