// #region callers-user
import { Injectable } from '@nestjs/common';
import { MeResolver, ScimModule, type ScimPrincipal } from 'nestjs-scim';

@Injectable()
export class CallersUser extends MeResolver {
  override readonly allowedAttributes = ['nickName', 'phoneNumbers', 'name.givenName'];

  /** Ids of users by the id of the token that stands for them; yours come from a table. */
  private readonly users = new Map<string, string>();

  override async resolve({ tokenId }: ScimPrincipal): Promise<string | undefined> {
    return this.users.get(tokenId);
  }
}

export const scim = ScimModule.forRoot({ me: CallersUser });
// #endregion callers-user
