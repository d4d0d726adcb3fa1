// #region public-routes
import {
  type CanActivate,
  type ExecutionContext,
  Injectable,
  Module,
  SetMetadata,
  UnauthorizedException,
} from '@nestjs/common';
import { APP_GUARD, Reflector } from '@nestjs/core';
import { ScimModule } from 'nestjs-scim';

export const Public = () => SetMetadata('isPublic', true);

/** The guard that your application has already. */
@Injectable()
export class LoginGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const places = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean>('isPublic', places)) return true;
    throw new UnauthorizedException();
  }
}

@Module({
  imports: [ScimModule.forRoot({ decorators: [Public()] })],
  providers: [{ provide: APP_GUARD, useClass: LoginGuard }],
})
export class ProvisioningModule {}
// #endregion public-routes
