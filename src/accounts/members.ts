import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { comparisonKey } from 'nestjs-scim/protocol';
import { type EntityManager, Repository } from 'typeorm';
import { AppUser } from '../app-user.entity.js';
import type { Member, MemberRef } from './member.js';

/** Members are the SCIM users of the tenant; this reads them, only the directory and single sign-on write them. */
@Injectable()
export class Members {
  constructor(@InjectRepository(AppUser) private readonly users: Repository<AppUser>) {}

  async find({ tenantId, id }: MemberRef): Promise<Member | undefined> {
    const user = await this.users.findOneBy({ tenantId, id });
    return user ? memberOf(user) : undefined;
  }

  /** Compares as SCIM does: letter case and Unicode composition make no difference. */
  async findByUserName(tenantId: string, userName: string): Promise<Member | undefined> {
    const user = await this.users.findOneBy({ tenantId, userNameKey: comparisonKey(userName) });
    return user ? memberOf(user) : undefined;
  }

  /**
   * The member if they may have access, locked until the transaction of `manager` ends: a deactivation waits
   * for it, or this waits for the deactivation. So what is given in the transaction is there when sessions are ended.
   */
  async lockActive(manager: EntityManager, { tenantId, id }: MemberRef): Promise<Member | undefined> {
    const user = await manager
      .getRepository(AppUser)
      .findOne({ where: { tenantId, id }, lock: { mode: 'pessimistic_write' } });
    const member = user ? memberOf(user) : undefined;
    return member?.active === true ? member : undefined;
  }

  /** The first members in the order of their names, and how many there are. */
  async list(tenantId: string, limit: number): Promise<{ members: Member[]; total: number; active: number }> {
    const [users, total] = await this.users.findAndCount({
      where: { tenantId },
      order: { userNameKey: 'ASC' },
      take: limit,
    });
    const inactive = await this.users.countBy({ tenantId, active: false });
    return { members: users.map(memberOf), total, active: total - inactive };
  }
}

/** A user without `active` is active (RFC 7643 leaves its meaning to us; the module's events see it the same way). */
export function memberOf({ tenantId, id, userName, active, document }: AppUser): Member {
  const { displayName } = document;
  return {
    tenantId,
    id,
    userName,
    displayName: typeof displayName === 'string' && displayName !== '' ? displayName : userName,
    active: active !== false,
  };
}
