import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, MoreThan } from 'typeorm';
import { hashSecret, newSecret } from '../secret.js';
import { Sessions } from '../sessions/sessions.js';
import type { MemberRef } from './member.js';
import { Members } from './members.js';
import { hashPassword, verifyPassword } from './password-hash.js';
import { PasswordLink } from './password-link.entity.js';
import { Password } from './password.entity.js';

/** Shortest and longest password, in characters. No other rules: length is what counts (NIST SP 800-63B). */
export const PASSWORD_LENGTH = { min: 12, max: 200 } as const;

const LINK_HOURS = 24;

/** Passwords of members and the links by which they are chosen. */
@Injectable()
export class Passwords {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly members: Members,
    private readonly sessions: Sessions,
  ) {}

  /** Whether it is the member's password; takes the same time when there is no member, or one without password. */
  async matches(member: MemberRef | undefined, password: string): Promise<boolean> {
    const stored = member
      ? await this.dataSource.getRepository(Password).findOne({
          where: { tenantId: member.tenantId, userId: member.id },
          select: { hash: true },
        })
      : null;
    return verifyPassword(password, stored?.hash);
  }

  async set(member: MemberRef, password: string): Promise<void> {
    await save(this.dataSource.manager, member, await hashPassword(password));
  }

  /** Secret of a new link; those made before end. */
  async link({ tenantId, id }: MemberRef): Promise<string> {
    const secret = newSecret();
    const expiresAt = new Date(Date.now() + LINK_HOURS * 3_600_000).toISOString();
    await this.dataSource.transaction(async (manager) => {
      await manager.delete(PasswordLink, { tenantId, userId: id });
      await manager.insert(PasswordLink, { hash: hashSecret(secret), tenantId, userId: id, expiresAt });
    });
    return secret;
  }

  /** Whether the link can be used now. */
  async isOpen(secret: string): Promise<boolean> {
    return this.dataSource.manager.existsBy(PasswordLink, stillOpen(secret));
  }

  /**
   * Sets the password and uses the link up. Sessions that go on are ended: whoever chooses anew may do so because somebody
   * else is signed in. Undefined when the link has ended, or the member has no access.
   */
  async choose(secret: string, password: string): Promise<MemberRef | undefined> {
    if (!(await this.isOpen(secret))) return undefined;
    const hash = await hashPassword(password);
    return this.dataSource.transaction(async (manager) => {
      const link = await manager.findOneBy(PasswordLink, stillOpen(secret));
      if (!link) return undefined;
      const member = await this.members.lockActive(manager, { tenantId: link.tenantId, id: link.userId });
      if (!member) return undefined;
      const { affected } = await manager.delete(PasswordLink, stillOpen(secret));
      if (affected !== 1) return undefined;
      await this.sessions.endAllOf(manager, member);
      await save(manager, member, hash);
      return { tenantId: member.tenantId, id: member.id };
    });
  }

  /** For a member who was deleted. */
  async forget(manager: EntityManager, { tenantId, id }: MemberRef): Promise<void> {
    await manager.delete(Password, { tenantId, userId: id });
    await manager.delete(PasswordLink, { tenantId, userId: id });
  }
}

const stillOpen = (secret: string) => ({
  hash: hashSecret(secret),
  expiresAt: MoreThan(new Date().toISOString()),
});

async function save(manager: EntityManager, { tenantId, id }: MemberRef, hash: string): Promise<void> {
  await manager.save(Password, { tenantId, userId: id, hash, changedAt: new Date().toISOString() });
}
