import { Injectable, type PipeTransform } from '@nestjs/common';
import { Leniency, Profile } from '../../protocol/compat/profile.js';
import { ScimError } from '../../protocol/error/scim-error.js';
import type { ProvisioningContext } from '../../provisioning/provisioning-context.js';
import { ScimLocation } from '../intake/scim-location.js';
import { principalOf, rawRequest } from '../intake/scim-request.js';

const contexts = new WeakMap<object, ProvisioningContext>();

/** From an authenticated request to the context in which use cases run: one and the same for the whole request. */
@Injectable()
export class CallerPipe implements PipeTransform<unknown, ProvisioningContext> {
  constructor(private readonly location: ScimLocation) {}

  transform(request: unknown): ProvisioningContext {
    const raw = rawRequest(request);
    const known = contexts.get(raw);
    if (known) return known;
    const principal = principalOf(request);
    if (!principal) throw ScimError.internal(new Error('A SCIM endpoint was reached without its guard.'));
    const context: ProvisioningContext = {
      tenantId: principal.tenantId,
      connectionId: principal.connectionId,
      leniency: new Leniency(Profile.named(principal.profile) ?? Profile.strict),
      baseUrl: this.location.baseUrl(request),
    };
    contexts.set(raw, context);
    return context;
  }
}
