import { Injectable, UnauthorizedException } from '@nestjs/common';
import { Members } from '../accounts/members.js';
import { Passwords } from '../accounts/passwords.js';
import { Sessions, type SessionTokens } from '../sessions/sessions.js';
import { SignInRate } from './sign-in-rate.js';

/** What somebody typed, and from where. */
export interface Credentials {
  readonly workspace: string;
  readonly email: string;
  readonly password: string;
}

/** One text for every reason: it does not tell which accounts there are, nor who was deactivated. */
export const REFUSED = 'Workspace, e-mail or password is wrong, or the account has no access.';

/** Sign-in by e-mail and password. */
@Injectable()
export class SignIn {
  constructor(
    private readonly members: Members,
    private readonly passwords: Passwords,
    private readonly sessions: Sessions,
    private readonly rate: SignInRate,
  ) {}

  /** @throws UnauthorizedException, TooManyRequestsError */
  async withPassword({ workspace, email, password }: Credentials, address: string): Promise<SessionTokens> {
    await this.rate.take(address, workspace, email);
    const member = await this.members.findByUserName(workspace, email.trim());
    const matches = await this.passwords.matches(member, password);
    if (!matches || member?.active !== true) throw new UnauthorizedException(REFUSED);
    await this.rate.giveBack(address, workspace, email);
    return this.sessions.start(member, 'password').catch(refuse);
  }
}

/** Deactivated in this very moment: the answer is the same. */
function refuse(error: unknown): never {
  throw error instanceof UnauthorizedException ? new UnauthorizedException(REFUSED) : error;
}
