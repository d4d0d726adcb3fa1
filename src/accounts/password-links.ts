import { Injectable } from '@nestjs/common';
import { HostSettings } from '../host-settings.js';
import type { MemberRef } from './member.js';
import { Members } from './members.js';
import { Passwords } from './passwords.js';

/** Links by which a member chooses a password. We send no mail: an administrator passes them on. */
@Injectable()
export class PasswordLinks {
  constructor(
    private readonly members: Members,
    private readonly passwords: Passwords,
    private readonly settings: HostSettings,
  ) {}

  /** Undefined when there is no such member with access. */
  async make(member: MemberRef): Promise<string | undefined> {
    const found = await this.members.find(member);
    if (found?.active !== true) return undefined;
    return `${this.settings.appUrl}/password?token=${await this.passwords.link(found)}`;
  }
}
