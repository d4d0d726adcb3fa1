import { Injectable } from '@nestjs/common';
import { ChangeGuard } from '../events/change-guard.js';
import type { ResourceChange } from '../events/resource-change.js';
import { ScimError } from '../protocol/error/scim-error.js';
import { isJsonObject, type JsonObject } from '../protocol/schema/json.js';
import { comparisonKey } from '../protocol/text/comparison-key.js';
import { domainOf, isAddress } from './address.js';
import { HostIdentityPolicy } from './host-identity-policy.js';

const REMEDY =
  'Correct the address in the directory or its attribute mapping, or let the operator of the service verify its domain for this tenant.';

/**
 * Keeps an identity provider within the domains that its tenant owns: it neither gives a user an address elsewhere nor
 * takes such an address away, by whatever request. Otherwise it could move the login of a user of another tenant, or of
 * the host's own, into its hands. Works where the host's policy knows the domains.
 */
@Injectable()
export class VerifiedDomainGuard extends ChangeGuard {
  constructor(private readonly policy: HostIdentityPolicy) {
    super();
  }

  override concerns(changes: readonly ResourceChange[]): boolean {
    return this.policy.limitsDomains && changes.some(concernsAddresses);
  }

  override async check(changes: readonly ResourceChange[]): Promise<void> {
    const known = new Map<string, boolean>();
    for (const change of changes.filter(concernsAddresses)) {
      const { tenantId } = change.origin;
      for (const address of changedAddresses(change)) {
        const domain = domainOf(address);
        const allowed = known.get(domain) ?? (await this.policy.allowsDomain(tenantId, domain));
        known.set(domain, allowed);
        if (!allowed) {
          throw new ScimError(
            403,
            undefined,
            'A user may get or lose e-mail addresses and login names of the verified domains of the tenant only.',
            { remedy: REMEDY },
          );
        }
      }
    }
  }
}

/** An identity provider gives or takes addresses; who deletes a user takes none. */
function concernsAddresses(change: ResourceChange): boolean {
  const { resourceType, origin, kind } = change;
  if (resourceType !== 'User' || origin.by !== 'scim' || kind === 'deleted') return false;
  return changedAddresses(change).length > 0;
}

/** Addresses that are new, and those that are gone. */
function changedAddresses({ before = {}, after = {} }: ResourceChange): string[] {
  const [old, now] = [addressesOf(before), addressesOf(after)];
  return [...[...now].filter((address) => !old.has(address)), ...[...old].filter((one) => !now.has(one))];
}

function addressesOf({ userName, emails }: JsonObject): ReadonlySet<string> {
  const values = (Array.isArray(emails) ? emails : []).map((email) =>
    isJsonObject(email) ? email['value'] : undefined,
  );
  const texts = [...values, typeof userName === 'string' && isAddress(userName) ? userName : undefined];
  return new Set(texts.flatMap((text) => (typeof text === 'string' ? [comparisonKey(text)] : [])));
}
