// #region give-token
import { createHash, randomBytes } from 'node:crypto';
import { Injectable, UnauthorizedException } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { ScimUser } from 'nestjs-scim/typeorm';
import { DataSource } from 'typeorm';
import { RefreshToken } from './end-sessions.js';

@Injectable()
export class GiveToken {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** At sign-in and at each refresh. */
  async to(tenantId: string, userId: string): Promise<string> {
    const token = randomBytes(32).toString('base64url');
    const hash = createHash('sha256').update(token).digest('hex');
    await this.dataSource.transaction(async (manager) => {
      const user = await manager.findOne(ScimUser, {
        where: { tenantId, id: userId },
        lock: { mode: 'pessimistic_write' },
      });
      // A user without `active` is active.
      if (!user || user.active === false) throw new UnauthorizedException();
      await manager.insert(RefreshToken, { hash, tenantId, userId });
    });
    return token;
  }
}
// #endregion give-token
