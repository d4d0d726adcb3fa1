import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { ScimError } from '../../protocol/error/scim-error.js';
import type { Leniency } from '../../protocol/compat/profile.js';
import type { ProvisioningContext } from '../../provisioning/provisioning-context.js';
import type { TenantRules } from '../../provisioning/tenant/tenant-rules.js';
import type { ScimPrincipal } from '../../tokens/principal.js';
import type { Exchange } from '../logging/exchange.js';

/** What came in as the body: its bytes, or why there are none. */
export type RawBody =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'tooLarge'; readonly limit: number }
  | { readonly kind: 'tooSlow'; readonly seconds: number }
  | { readonly kind: 'aborted' };

/** What the module keeps of a request below its path, on the Node request, so that both adapters share it. */
export interface ScimIntake {
  /** Content-Type as sent, before Fastify needed it to be ours. */
  readonly contentType: string | undefined;
  body?: RawBody;
}

const INTAKE = Symbol('scim.intake');
const PRINCIPAL = Symbol('scim.principal');
const RULES = Symbol('scim.tenant.rules');
const EXCHANGE = Symbol('scim.exchange');
const LENIENCY = Symbol('scim.leniency');
const CONTEXT = Symbol('scim.context');

/** The Node request under either adapter's request. */
export interface RawRequest {
  method?: string;
  url?: string;
  originalUrl?: string;
  headers: IncomingHttpHeaders;
  socket: Socket;
  [INTAKE]?: ScimIntake;
  [PRINCIPAL]?: ScimPrincipal;
  [RULES]?: TenantRules;
  [EXCHANGE]?: Exchange;
  [LENIENCY]?: Leniency;
  [CONTEXT]?: ProvisioningContext;
}

/** Express hands out the Node request itself, Fastify wraps it in `raw`. */
export function rawRequest(request: unknown): RawRequest {
  const wrapped = request as { raw?: RawRequest };
  return wrapped.raw ?? (request as RawRequest);
}

/** The Node response under either adapter's response. */
export function rawResponse(response: unknown): ServerResponse {
  return (response as { raw?: ServerResponse }).raw ?? (response as ServerResponse);
}

export function intakeOf(request: unknown): ScimIntake | undefined {
  return rawRequest(request)[INTAKE];
}

export function setIntake(request: RawRequest, intake: ScimIntake): void {
  request[INTAKE] = intake;
}

export function principalOf(request: unknown): ScimPrincipal | undefined {
  return rawRequest(request)[PRINCIPAL];
}

export function setPrincipal(request: unknown, principal: ScimPrincipal): void {
  rawRequest(request)[PRINCIPAL] = principal;
}

/** What holds for the caller's tenant; undefined for a request without a token. */
export function rulesOf(request: unknown): TenantRules | undefined {
  return rawRequest(request)[RULES];
}

export function setRules(request: unknown, rules: TenantRules): void {
  rawRequest(request)[RULES] = rules;
}

/** The account of the request; undefined before it was begun. */
export function exchangeOf(request: unknown): Exchange | undefined {
  return rawRequest(request)[EXCHANGE];
}

/** The same while the request goes where the client sent it; undefined when the host has led it elsewhere. */
export function directExchangeOf(request: unknown): Exchange | undefined {
  const exchange = exchangeOf(request);
  return exchange?.target === requestTarget(request) ? exchange : undefined;
}

export function setExchange(request: RawRequest, exchange: Exchange): void {
  request[EXCHANGE] = exchange;
}

/** What was forgiven to the request; undefined before anybody asked. */
export function leniencyOf(request: unknown): Leniency | undefined {
  return rawRequest(request)[LENIENCY];
}

export function setLeniency(request: unknown, leniency: Leniency): void {
  rawRequest(request)[LENIENCY] = leniency;
}

/** In what its use cases run: one and the same for the whole request. */
export function callerOf(request: unknown): ProvisioningContext {
  const context = rawRequest(request)[CONTEXT];
  if (!context) throw ScimError.internal(new Error('A SCIM endpoint was reached without its guard.'));
  return context;
}

export function setContext(request: unknown, context: ProvisioningContext): void {
  rawRequest(request)[CONTEXT] = context;
}

/** Path and query of the request as the client sent them (Express rewrites `url` for mounted apps). */
export function requestTarget(request: unknown): string {
  const raw = rawRequest(request);
  return raw.originalUrl ?? raw.url ?? '/';
}
