import { Inject, Injectable } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { changedPaths } from '../../log/changed-paths.js';
import { entryId } from '../../log/entry-id.js';
import type { LogChange, LogEntry, LogMembers } from '../../log/log-entry.js';
import { LOG_SETTINGS, type LogSettings } from '../../log/log-settings.js';
import { ValuePolicy } from '../../log/value-policy.js';
import type { Leniency } from '../../protocol/compat/profile.js';
import type { MembershipStep } from '../../protocol/patch/membership.js';
import type { OperationFact, ResourceFact } from '../../provisioning/request-trace.js';
import { exchangeOf, intakeOf, leniencyOf, principalOf, rawRequest } from '../intake/scim-request.js';
import { EndpointShapes } from './endpoint-shape.js';
import type { Exchange, Refusal } from './exchange.js';
import { logText } from './log-text.js';
import { queryShape } from './query-shape.js';

const READS = new Set(['GET', 'HEAD']);
const NOBODY: Partial<Refusal> = {};
const NOTHING_FORGIVEN: Pick<Leniency, 'names' | 'ignored'> = { names: [], ignored: [] };
/** What web servers write down for a client that did not wait. */
const HUNG_UP = 499;

/** Makes the log's entries of a request that has been answered. */
@Injectable()
export class ExchangeEntries {
  private readonly policy: ValuePolicy;

  constructor(
    private readonly shapes: EndpointShapes,
    @Inject(LOG_SETTINGS) private readonly settings: LogSettings,
  ) {
    this.policy = new ValuePolicy(settings);
  }

  /** One, and with Bulk one more for each operation; none for a read that is not to be logged. */
  of(request: object, answer: ServerResponse): LogEntry[] {
    const exchange = exchangeOf(request);
    if (!exchange) return [];
    const status = answer.writableFinished ? answer.statusCode : HUNG_UP;
    const whole = this.request(exchange, request, status);
    const isRead = READS.has(exchange.method) || whole.endpoint.endsWith('/.search');
    if (isRead && status < 400 && !this.settings.reads) return [];
    const operations = exchange.trace?.operations ?? [];
    return [whole, ...operations.map((operation) => this.operation(whole, operation))];
  }

  private request(exchange: Exchange, request: object, status: number): LogEntry {
    const { trace, error, refusal, at } = exchange;
    const { endpoint, type, id } = this.shapes.of(exchange.path);
    const facts = trace?.facts ?? [];
    const [fact] = facts;
    const query = queryShape(exchange.query, type, trace?.filter, this.policy);
    const { tenantId, connectionId, tokenPrefix } = callerOf(request, exchange);
    const { names, ignored } = leniencyOf(request) ?? NOTHING_FORGIVEN;
    // Made for each request: no objects are spread into it.
    return {
      id: entryId(at),
      kind: 'request',
      time: new Date(at).toISOString(),
      tenantId,
      connectionId,
      tokenPrefix,
      requestId: exchange.requestId,
      method: exchange.method.slice(0, 16),
      endpoint,
      resourceType: fact?.type.name ?? type?.name,
      resourceId: fact?.id ?? id,
      externalId: externalIdOf(fact),
      status,
      durationMs: exchange.milliseconds,
      bytesIn: bytesOf(request),
      query: query && logText(query),
      found: trace?.total,
      scimType: error?.scimType,
      detail: error && logText(error.detail),
      remedy: error?.remedy,
      token: refusal?.reason,
      changes: this.changes(facts),
      members: members(facts),
      tolerances: some(names),
      ignored: some(ignored)?.map(logText),
    };
  }

  private operation(whole: LogEntry, operation: OperationFact): LogEntry {
    const { place, method = '?', type, id, status, error, facts, leniency } = operation;
    const { time, tenantId, connectionId, tokenPrefix, requestId } = whole;
    const { names, ignored } = leniency ?? facts[0]?.leniency ?? NOTHING_FORGIVEN;
    return {
      id: entryId(Date.parse(time)),
      kind: 'operation',
      time,
      tenantId,
      connectionId,
      tokenPrefix,
      requestId,
      operation: place,
      method,
      endpoint: type ? type.endpoint + (method === 'POST' ? '' : '/:id') : '*',
      resourceType: type?.name,
      resourceId: facts[0]?.id ?? this.shapes.idIn(id),
      externalId: externalIdOf(facts[0]),
      status,
      bytesIn: 0,
      scimType: error?.scimType,
      detail: error && logText(error.detail),
      remedy: error?.remedy,
      changes: this.changes(facts),
      members: members(facts),
      tolerances: some(names),
      ignored: some(ignored)?.map(logText),
    };
  }

  private changes(facts: readonly ResourceFact[]): LogChange[] | undefined {
    const changes: LogChange[] = [];
    for (const { before, after } of facts)
      if (after) changes.push(...changedPaths(before, after, this.policy));
    return some(changes)?.map(plain);
  }
}

/** Who called, or whose ended token was used. */
function callerOf(
  request: object,
  { refusal }: Exchange,
): Pick<LogEntry, 'tenantId' | 'connectionId' | 'tokenPrefix'> {
  return principalOf(request) ?? refusal ?? NOBODY;
}

function bytesOf(request: object): number {
  const body = intakeOf(request)?.body;
  if (body?.kind === 'bytes') return body.bytes.length;
  if (body?.kind !== 'tooLarge') return 0;
  const declared = Number(rawRequest(request).headers['content-length']);
  return Number.isSafeInteger(declared) ? Math.min(declared, 2 ** 31 - 1) : body.limit;
}

/** Undefined for an empty list: what is empty is not written down. */
function some<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}

function members(facts: readonly ResourceFact[]): LogMembers | undefined {
  const steps = some(facts.flatMap(({ members: asked = [] }) => asked));
  return steps && countsOf(steps);
}

function externalIdOf(fact: ResourceFact | undefined): string | undefined {
  const { externalId } = fact?.after?.document ?? fact?.before?.document ?? {};
  return typeof externalId === 'string' ? logText(externalId) : undefined;
}

function plain(change: LogChange): LogChange {
  const { path, before, after } = change;
  if (before === undefined && after === undefined) return change;
  return {
    path,
    ...(before === undefined ? {} : { before: logText(before) }),
    ...(after === undefined ? {} : { after: logText(after) }),
  };
}

function countsOf(steps: readonly MembershipStep[]): LogMembers {
  let [added, removed] = [0, 0];
  let replacedBy: number | undefined;
  for (const step of steps) {
    if (step.kind === 'change') {
      added += step.add.length;
      removed += step.remove.length;
    } else if (step.kind === 'replace') {
      replacedBy = step.members.length;
    }
  }
  return { added, removed, ...(replacedBy === undefined ? {} : { replacedBy }) };
}
