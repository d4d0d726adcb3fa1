// #region sign-in
import { Injectable, UnauthorizedException } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { ScimUser } from 'nestjs-scim/typeorm';
import type { Repository } from 'typeorm';

@Injectable()
export class SignIn {
  constructor(@InjectRepository(ScimUser) private readonly users: Repository<ScimUser>) {}

  /** Call it at every sign-in and whenever a session or refresh token is renewed. */
  async userOf(tenantId: string, externalId: string): Promise<ScimUser> {
    const user = await this.users.findOneBy({ tenantId, externalId });
    if (user?.active !== true) throw new UnauthorizedException();
    return user;
  }
}
// #endregion sign-in
