// Sends requests with undici, in a process of its own so that it takes no time from what it measures. It shares a core
// with the database where there are only two, so what a request costs here limits what servers can be asked to do.
import { type Dispatcher, Pool } from 'undici';
import { directoryOf } from '../data/peer-directory.js';
import { percentile } from '../measure/percentile.js';
import { operationNamed } from '../operations/index.js';
import type { LoadOrder, LoadResult } from './load-messages.js';

const TIMEOUT_MS = 120_000;

/** What has come back so far. */
interface Tally {
  requests: number;
  bytes: number;
  failures: number;
  readonly latencies: number[];
  readonly statuses: Record<string, number>;
}

async function run(order: LoadOrder): Promise<LoadResult> {
  const connections = Math.min(order.connections, order.count);
  const pool = new Pool(new URL(order.baseUrl).origin, {
    connections,
    pipelining: 1,
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
  });
  const tally: Tally = { requests: 0, bytes: 0, failures: 0, latencies: [], statuses: {} };
  const requestOf = requestsOf(order);
  let sent = 0;
  const sendMany = async (): Promise<void> => {
    while (sent < order.count) await send(pool, requestOf(order.from + sent++), tally);
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: connections }, sendMany));
  const milliseconds = performance.now() - startedAt;
  await pool.close();
  return resultOf(tally, milliseconds);
}

/** Makes the request of a number. */
function requestsOf(order: LoadOrder): (number: number) => Dispatcher.DispatchOptions {
  const operation = operationNamed(order.operation);
  const context = { directory: directoryOf(order.sizes, order.idsFile), values: order.values };
  const base = new URL(order.baseUrl).pathname;
  const headers = { authorization: `Bearer ${order.token}`, accept: 'application/scim+json' };
  const withBody = { ...headers, 'content-type': 'application/scim+json' };
  return (number) => {
    const { method, path, body } = operation.request(number, context);
    return { method, path: base + path, body, headers: body === undefined ? headers : withBody };
  };
}

/** Resolves when the answer has come whole, or cannot come any more. */
function send(pool: Pool, request: Dispatcher.DispatchOptions, tally: Tally): Promise<void> {
  const startedAt = performance.now();
  let status = 0;
  return new Promise((resolve) => {
    pool.dispatch(request, {
      onRequestStart: () => undefined,
      onResponseStart: (_controller, code) => {
        status = code;
      },
      onResponseData: (_controller, chunk) => {
        tally.bytes += chunk.length;
      },
      onResponseEnd: () => {
        tally.requests++;
        tally.latencies.push(performance.now() - startedAt);
        tally.statuses[status] = (tally.statuses[status] ?? 0) + 1;
        resolve();
      },
      onResponseError: () => {
        tally.failures++;
        resolve();
      },
    });
  });
}

function resultOf(
  { requests, bytes, failures, latencies, statuses }: Tally,
  milliseconds: number,
): LoadResult {
  latencies.sort((a, b) => a - b);
  return {
    requests,
    milliseconds,
    bytesPerAnswer: requests === 0 ? 0 : bytes / requests,
    latency: { p50: percentile(latencies, 0.5) ?? 0, p99: percentile(latencies, 0.99) ?? 0 },
    statuses,
    failures,
  };
}

process.on('message', (order: LoadOrder) => {
  run(order).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit(0));
