import {
  type CanActivate,
  type ExecutionContext,
  Inject,
  Injectable,
  UnauthorizedException,
} from '@nestjs/common';
import { createHash } from 'node:crypto';
import { ControlDatabase } from './control-database.js';

/** A request that the guard has let in. */
export interface ControlRequest {
  tenant: string;
  readonly headers: { readonly authorization?: string };
}

const CACHE_MS = 5000;
const BY_HASH = {
  name: 'control_token',
  text: `select t.tenant_id, t.expires_at, t.revoked_at, c.paused_at from scim_token t
    join scim_connection c on c.tenant_id = t.tenant_id and c.id = t.connection_id where t.hash = $1`,
};

/** The least that checks a bearer token: its digest in a cache of five seconds, else one look-up. */
@Injectable()
export class TokenGuard implements CanActivate {
  private readonly cache = new Map<string, { readonly until: number; readonly tenant: string }>();

  constructor(@Inject(ControlDatabase) private readonly database: ControlDatabase) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<ControlRequest>();
    const token = request.headers.authorization?.slice('Bearer '.length) ?? '';
    const hash = createHash('sha256').update(token).digest('hex');
    let known = this.cache.get(hash);
    if (!known || known.until < Date.now()) {
      const [row] = await this.database.run<{ tenant_id: string; revoked_at: string | null }>(BY_HASH, [
        hash,
      ]);
      if (!row || row.revoked_at !== null) throw new UnauthorizedException();
      known = { until: Date.now() + CACHE_MS, tenant: row.tenant_id };
      this.cache.set(hash, known);
    }
    request.tenant = known.tenant;
    return true;
  }
}
