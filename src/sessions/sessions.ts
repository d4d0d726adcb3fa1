import { randomUUID } from 'node:crypto';
import { Injectable, UnauthorizedException } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, type FindOptionsWhere, In, IsNull, LessThan } from 'typeorm';
import { AppUser } from '../app-user.entity.js';
import { HostSettings } from '../host-settings.js';
import { type Member, type MemberRef } from '../accounts/member.js';
import { memberOf, Members } from '../accounts/members.js';
import { hashSecret, newSecret } from '../secret.js';
import { type AccessClaims, AccessTokens } from './access-tokens.js';
import { RefreshToken } from './refresh-token.entity.js';
import { Session, type SignInMethod } from './session.entity.js';

/** How long a session lasts at most. */
export const SESSION_DAYS = 30;

/** What a client gets at sign-in and at each refresh. */
export interface SessionTokens {
  readonly accessToken: string;
  /** Seconds that the access token is good for. */
  readonly expiresIn: number;
  /** Good for one use. */
  readonly refreshToken: string;
}

/**
 * Sessions: started at sign-in, kept up by rotated refresh tokens, ended by the member, by time, or by the directory.
 * Every token is given in a transaction that holds the member's row, so nothing is given beside a deactivation.
 */
@Injectable()
export class Sessions {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly members: Members,
    private readonly accessTokens: AccessTokens,
    private readonly settings: HostSettings,
  ) {}

  /** @throws UnauthorizedException when the member has no access (any more) */
  async start({ tenantId, id }: MemberRef, method: SignInMethod): Promise<SessionTokens> {
    const createdAt = new Date();
    const session = {
      id: randomUUID(),
      tenantId,
      userId: id,
      method,
      createdAt: createdAt.toISOString(),
      expiresAt: new Date(createdAt.getTime() + SESSION_DAYS * 86_400_000).toISOString(),
    };
    const refreshToken = await this.dataSource.transaction(async (manager) => {
      if (!(await this.members.lockActive(manager, { tenantId, id }))) throw new UnauthorizedException();
      await deleteSessions(manager, { tenantId, userId: id, expiresAt: LessThan(session.createdAt) });
      await manager.insert(Session, session);
      return addRefreshToken(manager, session);
    });
    return this.tokens({ tenantId, id, sessionId: session.id }, refreshToken);
  }

  /**
   * A new pair of tokens for the old refresh token. A token that comes a second time has been copied: which of the two
   * holders is the thief cannot be known, so the session ends for both (RFC 9700 §4.14.2).
   *
   * @throws UnauthorizedException
   */
  async refresh(token: string): Promise<SessionTokens> {
    const hash = hashSecret(token);
    const renewed = await this.dataSource.transaction(async (manager) => {
      const found = await manager.findOneBy(RefreshToken, { hash });
      if (!found) return undefined;
      const { tenantId, userId, sessionId } = found;
      // The member first, then the token: the order in which a deactivation takes them.
      const member = await this.members.lockActive(manager, { tenantId, id: userId });
      const session = await manager.findOneBy(Session, { id: sessionId });
      const { affected } = await manager.update(
        RefreshToken,
        { hash, usedAt: IsNull() },
        { usedAt: new Date().toISOString() },
      );
      if (!member || !session || affected !== 1 || hasEnded(session)) {
        await deleteSessions(manager, { id: sessionId, tenantId });
        return undefined;
      }
      return { session, refreshToken: await addRefreshToken(manager, session) };
    });
    if (!renewed) throw new UnauthorizedException();
    const { session, refreshToken } = renewed;
    return this.tokens(
      { tenantId: session.tenantId, id: session.userId, sessionId: session.id },
      refreshToken,
    );
  }

  /** The member of these claims, if they are active and the session goes on; asked at every request. */
  async memberOf({ tenantId, id, sessionId }: AccessClaims): Promise<Member | undefined> {
    const user = await this.dataSource
      .getRepository(AppUser)
      .createQueryBuilder('member')
      .innerJoin(Session, 'session', 'session.tenantId = member.tenantId and session.userId = member.id')
      .where('member.tenantId = :tenantId and member.id = :id', { tenantId, id })
      .andWhere('session.id = :sessionId and session.expiresAt > :now', {
        sessionId,
        now: new Date().toISOString(),
      })
      .getOne();
    const member = user ? memberOf(user) : undefined;
    return member?.active === true ? member : undefined;
  }

  /** Signs out. Tokens given for the session are refused from now on. */
  async end({ tenantId, sessionId }: AccessClaims): Promise<void> {
    await this.dataSource.transaction((manager) => deleteSessions(manager, { id: sessionId, tenantId }));
  }

  /** Signs out by the refresh token, for a client whose access token has expired. */
  async endByRefreshToken(token: string): Promise<void> {
    const found = await this.dataSource.manager.findOneBy(RefreshToken, { hash: hashSecret(token) });
    if (!found) return;
    const { sessionId, tenantId } = found;
    await this.dataSource.transaction((manager) => deleteSessions(manager, { id: sessionId, tenantId }));
  }

  /** Ends all sessions of a member, as part of the transaction of `manager`. Gives how many there were. */
  endAllOf(manager: EntityManager, { tenantId, id }: MemberRef): Promise<number> {
    return deleteSessions(manager, { tenantId, userId: id });
  }

  /** Sessions that go on now. */
  countOf({ tenantId, id }: MemberRef): Promise<number> {
    return this.dataSource.getRepository(Session).countBy({ tenantId, userId: id });
  }

  /** The same in a whole workspace. */
  countIn(tenantId: string): Promise<number> {
    return this.dataSource.getRepository(Session).countBy({ tenantId });
  }

  private async tokens(claims: AccessClaims, refreshToken: string): Promise<SessionTokens> {
    const accessToken = await this.accessTokens.sign(claims);
    return { accessToken, expiresIn: this.settings.accessTokenSeconds, refreshToken };
  }
}

const hasEnded = ({ expiresAt }: Session): boolean => expiresAt <= new Date().toISOString();

async function addRefreshToken(
  manager: EntityManager,
  { id, tenantId, userId }: Pick<Session, 'id' | 'tenantId' | 'userId'>,
): Promise<string> {
  const token = newSecret();
  const createdAt = new Date().toISOString();
  const row = { hash: hashSecret(token), sessionId: id, tenantId, userId, createdAt, usedAt: null };
  await manager.insert(RefreshToken, row);
  return token;
}

async function deleteSessions(manager: EntityManager, which: FindOptionsWhere<Session>): Promise<number> {
  const found = await manager.find(Session, { where: which, select: { id: true } });
  if (found.length === 0) return 0;
  const ids = found.map(({ id }) => id);
  await manager.delete(RefreshToken, { sessionId: In(ids) });
  await manager.delete(Session, { id: In(ids) });
  return ids.length;
}
