import { Inject, Injectable, type PipeTransform } from '@nestjs/common';
import { Leniency, Profile } from '../../protocol/compat/profile.js';
import { ScimError } from '../../protocol/error/scim-error.js';
import type { ProvisioningContext } from '../../provisioning/provisioning-context.js';
import { HTTP_SETTINGS, type HttpSettings } from '../http-settings.js';
import { ScimLocation } from '../intake/scim-location.js';
import { acceptsJson } from '../intake/accepts-json.js';
import {
  exchangeOf,
  principalOf,
  rawRequest,
  rulesOf,
  setContext,
  contextOf,
  setLeniency,
} from '../intake/scim-request.js';

/** From an authenticated request to the context in which use cases run: one and the same for the whole request. */
@Injectable()
export class CallerPipe implements PipeTransform<unknown, ProvisioningContext> {
  private readonly profiles: ReadonlyMap<string, Profile>;

  constructor(
    private readonly location: ScimLocation,
    @Inject(HTTP_SETTINGS) settings: HttpSettings,
  ) {
    this.profiles = profilesOf(settings);
  }

  transform(request: unknown): ProvisioningContext {
    const raw = rawRequest(request);
    const known = contextOf(raw);
    if (known) return known;
    const principal = principalOf(request);
    const rules = rulesOf(request);
    const exchange = exchangeOf(raw);
    if (!principal || !rules || !exchange)
      throw ScimError.internal(new Error('A SCIM endpoint was reached without its guard.'));
    const leniency = new Leniency(this.profiles.get(principal.profile) ?? Profile.strict, rules.tolerances);
    setLeniency(raw, leniency);
    checkAccept(raw.headers.accept, leniency);
    const context: ProvisioningContext = {
      tenantId: principal.tenantId,
      connectionId: principal.connectionId,
      tokenPrefix: principal.tokenPrefix,
      requestId: exchange.requestId,
      trace: exchange.trace,
      rules,
      leniency,
      baseUrl: this.location.baseUrl(request),
    };
    setContext(raw, context);
    return context;
  }
}

/** The profiles by name, as the options of the module have changed them. */
function profilesOf({
  interopProfile,
  keepExternalIdOnPut,
  uniqueGroupNames,
}: HttpSettings): Map<string, Profile> {
  const changes = { keepExternalIdOnPut, groupNameConflicts: uniqueGroupNames };
  return new Map(
    Profile.names().map((name) => {
      const profile = interopProfile ? Profile.interop : (Profile.named(name) ?? Profile.strict);
      return [name, profile.adjusted(changes)];
    }),
  );
}

/** RFC 7644 §3.8: there is JSON and nothing else to answer with (H-9110-02). */
function checkAccept(accept: string | undefined, leniency: Leniency): void {
  if (acceptsJson(accept)) return;
  if (!leniency.tolerates('anyAccept')) {
    throw ScimError.notAcceptable('Accept application/scim+json or application/json.');
  }
  leniency.applied('anyAccept');
}
