import { Agent, request } from 'node:http';
import type { BenchRequest } from '../operations/operation.js';
import { percentile } from '../measure/percentile.js';
import type { Variant } from '../measure/variant.js';

/** Connections that are opened at once: more would overflow the queue in which a system keeps new ones. */
const OPENED_AT_ONCE = 100;
const TIMEOUT_MS = 120_000;

/** What came of many requests at once. */
export interface Burst {
  readonly underWay: number;
  readonly requests: number;
  readonly served: number;
  /** Answered with 503 and Retry-After. */
  readonly refused: number;
  /** All else: other statuses, 503 without Retry-After, no answer. */
  readonly failed: readonly string[];
  readonly perSecond: number;
  /** Milliseconds of requests that were served. */
  readonly p50: number;
  readonly p99: number;
}

/** Sends requests so that so many are under way all the time, each on a connection of its own that is open before. */
export async function burst(
  { baseUrl, tokens }: Variant,
  tenantId: string,
  { underWay, each }: { readonly underWay: number; readonly each: number },
  make: (number: number) => BenchRequest,
): Promise<Burst> {
  const headers = { authorization: `Bearer ${tokens.get(tenantId) ?? ''}`, accept: 'application/scim+json' };
  const agents = Array.from({ length: underWay }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
  const times: number[] = [];
  const failed: string[] = [];
  let refused = 0;
  const client = async (agent: Agent, from: number): Promise<void> => {
    for (let number = from; number < from + each; number++) {
      const startedAt = performance.now();
      try {
        const { status, retryAfter } = await send(baseUrl + make(number).path, headers, agent);
        if (status >= 200 && status < 300) times.push(performance.now() - startedAt);
        else if (status === 503 && retryAfter) refused++;
        else failed.push(String(status));
      } catch (error) {
        failed.push(error instanceof Error ? error.message : String(error));
      }
    }
  };
  try {
    for (let from = 0; from < underWay; from += OPENED_AT_ONCE) {
      const opened = agents.slice(from, from + OPENED_AT_ONCE);
      await Promise.all(opened.map((agent) => send(`${baseUrl}/ServiceProviderConfig`, headers, agent)));
    }
    const startedAt = performance.now();
    await Promise.all(agents.map((agent, i) => client(agent, i * each)));
    const seconds = (performance.now() - startedAt) / 1000;
    times.sort((a, b) => a - b);
    return {
      underWay,
      requests: underWay * each,
      served: times.length,
      refused,
      failed,
      perSecond: times.length / seconds,
      p50: percentile(times, 0.5) ?? NaN,
      p99: percentile(times, 0.99) ?? NaN,
    };
  } finally {
    for (const agent of agents) agent.destroy();
  }
}

/** @throws Error when there is no answer */
function send(
  url: string,
  headers: Readonly<Record<string, string>>,
  agent: Agent,
): Promise<{ status: number; retryAfter: boolean }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers, agent, timeout: TIMEOUT_MS }, (response) => {
      response.once('error', reject).once('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          retryAfter: response.headers['retry-after'] !== undefined,
        });
      });
      response.resume();
    });
    sent.once('error', reject).once('timeout', () => sent.destroy(new Error('no answer in time')));
    sent.end();
  });
}
