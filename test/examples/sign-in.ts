// #region sign-in
import { Injectable, Module, UnauthorizedException } from '@nestjs/common';
import { InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import { ScimUser } from 'nestjs-scim/typeorm';
import { Repository } from 'typeorm';

@Injectable()
export class SignIn {
  constructor(@InjectRepository(ScimUser) private readonly users: Repository<ScimUser>) {}

  /** Call it at every sign-in and whenever a session or a refresh token is renewed. */
  async allowed(tenantId: string, scimId: string): Promise<ScimUser> {
    const user = await this.users.findOneBy({ tenantId, id: scimId });
    if (user?.active !== true) throw new UnauthorizedException();
    return user;
  }
}

@Module({
  imports: [TypeOrmModule.forFeature([ScimUser])],
  providers: [SignIn],
  exports: [SignIn],
})
export class SignInModule {}
// #endregion sign-in
