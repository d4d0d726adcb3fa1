// #region identity-policy
import { Injectable } from '@nestjs/common';
import { IdentityPolicy, ScimModule } from 'nestjs-scim';

@Injectable()
export class OurIdentityPolicy extends IdentityPolicy {
  /** What customers have proven by a DNS record; yours come from a table. */
  private readonly domains = new Map([['acme', ['acme.example']]]);

  override isVerifiedDomain(tenantId: string, domain: string): boolean {
    return this.domains.get(tenantId)?.includes(domain) ?? false;
  }
}

export const scim = ScimModule.forRoot({
  identity: { justInTime: 'create' },
  identityPolicy: OurIdentityPolicy,
});
// #endregion identity-policy
