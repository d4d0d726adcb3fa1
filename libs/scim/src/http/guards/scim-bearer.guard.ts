import { type CanActivate, type ExecutionContext, Inject, Injectable, type Type } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import passport from 'passport';
import { ScimError } from '../../protocol/error/scim-error.js';
import type { TenantRules } from '../../provisioning/tenant/tenant-rules.js';
import { Tenants } from '../../provisioning/tenant/tenants.js';
import type { ScimPrincipal } from '../../tokens/principal.js';
import { HTTP_SETTINGS, type HttpSettings } from '../http-settings.js';
import { pathOf, ScimLocation, tidyPath } from '../intake/scim-location.js';
import {
  directExchangeOf,
  exchangeOf,
  rawRequest,
  type RawRequest,
  requestTarget,
  setPrincipal,
  setRules,
} from '../intake/scim-request.js';
import { Exchanges } from '../logging/exchanges.js';
import { BearerStrategy } from './bearer.strategy.js';
import { Callers } from './callers.js';
import { RequestRate } from './request-rate.js';
import { ENDPOINT_ACCESS, type EndpointAccess } from './endpoint-access.decorator.js';

/** How a read is told from a write: `.search` is a read by POST. */
const READS = new Set(['GET', 'HEAD']);

/**
 * Lets a request in when its bearer token is a live `scim_token` with the scope that the endpoint asks for
 * (RFC 6750, RFC 7644 §2). The outcome is a `ScimPrincipal` on the request.
 */
@Injectable()
export class ScimBearerGuard implements CanActivate {
  private readonly accesses = new Map<Type, EndpointAccess>();

  constructor(
    private readonly reflector: Reflector,
    private readonly strategy: BearerStrategy,
    private readonly rate: RequestRate,
    private readonly location: ScimLocation,
    private readonly tenants: Tenants,
    private readonly exchanges: Exchanges,
    private readonly callers: Callers,
    @Inject(HTTP_SETTINGS) private readonly settings: HttpSettings,
  ) {}

  /** Not a promise where nothing has to be looked up: so it is for most requests. */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<object>();
    this.exchanges.open(request, http.getResponse());
    const access = this.accessOf(context.getClass());
    if (access.discovery && this.settings.publicDiscovery) return this.discover(access, request);
    const principal = this.authenticate(request);
    if (principal instanceof Promise || this.tenants.differ) return this.lookUp(access, request, principal);
    this.identify(request, principal);
    return this.admit(access, request, principal, this.tenants.common);
  }

  private async discover(access: EndpointAccess, request: object): Promise<boolean> {
    if (this.tenants.differ && rawRequest(request).headers.authorization !== undefined) {
      await this.recognize(request);
    }
    this.checkSpelling(access, request);
    return true;
  }

  private async lookUp(
    access: EndpointAccess,
    request: object,
    outcome: ScimPrincipal | Promise<ScimPrincipal>,
  ): Promise<boolean> {
    const principal = await outcome;
    this.identify(request, principal);
    const { common, differ } = this.tenants;
    const rules = differ ? await this.tenants.rules(principal.tenantId) : common;
    return this.admit(access, request, principal, rules);
  }

  private identify(request: object, principal: ScimPrincipal): void {
    setPrincipal(request, principal);
    this.rate.take(principal.tenantId);
  }

  private admit(
    access: EndpointAccess,
    request: object,
    principal: ScimPrincipal,
    rules: TenantRules,
  ): boolean {
    setRules(request, rules);
    this.authorize(principal, access, request);
    this.checkSpelling(access, request);
    // No use case runs behind discovery, nor behind what is no endpoint.
    if (access.endpoints !== undefined && !access.discovery)
      this.callers.announce(rawRequest(request), principal, rules);
    return true;
  }

  /** Looked up once for each controller: reflection is slow. */
  private accessOf(controller: Type): EndpointAccess {
    let access = this.accesses.get(controller);
    if (!access) {
      access = this.reflector.get<EndpointAccess | undefined>(ENDPOINT_ACCESS, controller) ?? {};
      this.accesses.set(controller, access);
    }
    return access;
  }

  /** Discovery is open to everybody; a good token makes it that of its tenant (D-53), any other is ignored. */
  private async recognize(request: object): Promise<void> {
    let principal: ScimPrincipal;
    try {
      principal = await this.authenticate(request);
    } catch (error) {
      if (error instanceof ScimError && error.status < 500) return;
      throw error;
    }
    setRules(request, await this.tenants.rules(principal.tenantId));
  }

  /** @throws ScimError 401, 400; also as a rejection */
  private authenticate(request: object): ScimPrincipal | Promise<ScimPrincipal> {
    const raw = rawRequest(request);
    const target = requestTarget(request);
    if (raw.headers.authorization !== undefined && hasTokenInQuery(target)) {
      // RFC 6750 §3.1: more than one method of sending the token is an invalid request.
      throw new ScimError(400, undefined, 'Send the token in the Authorization header only.', {
        headers: { 'WWW-Authenticate': `Bearer realm="${this.settings.realm}", error="invalid_request"` },
      });
    }
    return this.strategy.recent(raw.headers.authorization) ?? this.verify(raw);
  }

  private verify(raw: RawRequest): Promise<ScimPrincipal> {
    return new Promise((resolve, reject) => {
      const callback = (error: unknown, principal?: ScimPrincipal | false, challenge?: unknown): void => {
        if (error) reject(error as Error);
        else if (principal) resolve(principal);
        else reject(this.refusal(challenge, raw));
      };
      // passport writes the callbacks of the request onto a strategy that it is given as an instance. One that requests
      // shared would tell a request the outcome of another one that came while its token was being looked up.
      const strategy = Object.create(this.strategy) as BearerStrategy;
      const verify = passport.authenticate(strategy, { session: false }, callback) as (
        request: unknown,
        response: unknown,
        next: (error: unknown) => void,
      ) => void;
      verify(raw, {}, reject);
    });
  }

  /** passport gives its challenge as text; a header of another shape gives the status 400 without one. */
  private refusal(challenge: unknown, request: RawRequest): ScimError {
    const header = request.headers.authorization;
    const exchange = exchangeOf(request);
    if (exchange) exchange.refusal ??= { reason: header === undefined ? 'missing' : 'malformed' };
    const realm = `Bearer realm="${this.settings.realm}"`;
    if (typeof challenge === 'string' && challenge.includes('error=')) {
      return ScimError.unauthorized('The bearer token is not valid: unknown, expired or revoked.', challenge);
    }
    if (header === undefined) {
      return ScimError.unauthorized('Send a bearer token in the Authorization header.', realm);
    }
    // Okta's published test sends a token without scheme and expects 401 for it.
    return ScimError.unauthorized(
      'The Authorization header must read: Bearer, one space, token.',
      `${realm}, error="invalid_token"`,
    );
  }

  private authorize(principal: ScimPrincipal, access: EndpointAccess, request: object): void {
    if (access.scope === undefined) return;
    const method = rawRequest(request).method ?? 'GET';
    const isSearch = pathAsked(request).endsWith('/.search');
    const scope = `${access.scope}:${READS.has(method) || isSearch ? 'read' : 'write'}`;
    if (principal.scopes.includes(scope)) return;
    throw ScimError.forbidden(`The token lacks the scope ${scope}.`, {
      'WWW-Authenticate': `Bearer realm="${this.settings.realm}", error="insufficient_scope", scope="${scope}"`,
    });
  }

  /**
   * Express matches paths without case; endpoint names are case-sensitive (D-03). And `.search` would be taken for an
   * id by every method but its own (RFC 7644 §3.4.3).
   */
  private checkSpelling({ endpoints, discovery }: EndpointAccess, request: object): void {
    if (endpoints === undefined) return;
    const path = pathAsked(request);
    const base = this.location.basePath;
    const endpoint = endpoints
      .map((name) => base + name)
      // The base address itself has nothing below it.
      .find((known) => path === known || (known !== base && path.startsWith(`${known}/`)));
    if (endpoint === undefined) throw ScimError.notFound('There is no such endpoint.');
    const method = rawRequest(request).method ?? 'GET';
    if (!discovery && method !== 'POST' && path === `${endpoint}/.search`) {
      throw ScimError.methodNotAllowed(method, ['POST']);
    }
  }
}

/** Path of the request, tidied. */
function pathAsked(request: object): string {
  return directExchangeOf(request)?.path ?? tidyPath(requestTarget(request));
}

function hasTokenInQuery(target: string): boolean {
  return (
    target.includes('access_token=') &&
    new URLSearchParams(target.slice(pathOf(target).length)).has('access_token')
  );
}
