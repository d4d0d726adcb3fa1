// Sends requests with autocannon, in a process of its own so that it takes no time from what it measures.
import autocannon from 'autocannon';
import { once } from 'node:events';
import { directoryOf } from '../data/peer-directory.js';
import { operationNamed } from '../operations/index.js';
import type { LoadOrder, LoadResult } from './load-messages.js';

const TIMEOUT_SECONDS = 120;

async function run(order: LoadOrder): Promise<LoadResult> {
  const operation = operationNamed(order.operation);
  const context = { directory: directoryOf(order.sizes, order.idsFile), values: order.values };
  const base = new URL(order.baseUrl);
  const headers = { authorization: `Bearer ${order.token}`, accept: 'application/scim+json' };
  const withBody = { ...headers, 'content-type': 'application/scim+json' };
  let next = order.from;
  const statuses: Record<string, number> = {};
  let requests = 0;
  let bytes = 0;
  const latencies: number[] = [];
  let lastAnswer = performance.now();
  const options: autocannon.Options = {
    url: base.origin,
    connections: Math.min(order.connections, order.count),
    amount: order.count,
    timeout: TIMEOUT_SECONDS,
    // How often it looks whether it is done.
    sampleInt: 50,
    requests: [
      {
        setupRequest: () => {
          const { method, path, body } = operation.request(next++, context);
          return {
            method,
            path: base.pathname + path,
            body,
            headers: body === undefined ? headers : withBody,
          };
        },
      },
    ],
  };
  const startedAt = performance.now();
  // With a callback it gives the emitter, without one a promise.
  const instance = autocannon(options, () => undefined);
  instance.on('response', (_client, status, answerBytes, milliseconds) => {
    lastAnswer = performance.now();
    requests++;
    bytes += answerBytes;
    latencies.push(milliseconds);
    statuses[status] = (statuses[status] ?? 0) + 1;
  });
  const [{ errors }] = (await once(instance, 'done')) as [autocannon.Result];
  latencies.sort((a, b) => a - b);
  const percentile = (part: number): number => latencies[Math.floor((latencies.length - 1) * part)] ?? 0;
  return {
    requests,
    milliseconds: lastAnswer - startedAt,
    bytesPerAnswer: requests === 0 ? 0 : bytes / requests,
    latency: { p50: percentile(0.5), p99: percentile(0.99) },
    statuses,
    failures: errors,
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
