import { Inject, Injectable } from '@nestjs/common';
import { Leniency, Profile } from '../../protocol/compat/profile.js';
import { ScimError } from '../../protocol/error/scim-error.js';
import type { TenantRules } from '../../provisioning/tenant/tenant-rules.js';
import type { ScimPrincipal } from '../../tokens/principal.js';
import { HTTP_SETTINGS, type HttpSettings } from '../http-settings.js';
import { acceptsJson } from '../intake/accepts-json.js';
import { ScimLocation } from '../intake/scim-location.js';
import { exchangeOf, type RawRequest, setContext, setLeniency } from '../intake/scim-request.js';

/** Makes of an authenticated request the context in which its use cases run. */
@Injectable()
export class Callers {
  private readonly profiles: ReadonlyMap<string, Profile>;

  constructor(
    private readonly location: ScimLocation,
    @Inject(HTTP_SETTINGS) settings: HttpSettings,
  ) {
    this.profiles = profilesOf(settings);
  }

  /** `callerOf` finds the context from here on. @throws ScimError 406 when the client takes no JSON */
  announce(request: RawRequest, principal: ScimPrincipal, rules: TenantRules): void {
    const leniency = new Leniency(this.profiles.get(principal.profile) ?? Profile.strict, rules.tolerances);
    setLeniency(request, leniency);
    checkAccept(request.headers.accept, leniency);
    const exchange = exchangeOf(request);
    setContext(request, {
      tenantId: principal.tenantId,
      connectionId: principal.connectionId,
      tokenPrefix: principal.tokenPrefix,
      requestId: exchange?.requestId,
      trace: exchange?.trace,
      rules,
      leniency,
      baseUrl: this.location.baseUrl(request),
    });
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
