import type { Client } from 'pg';
import type { Directory } from '../data/directory.js';
import { takeNumbers } from '../measure/request-numbers.js';
import { requestOnce } from '../measure/request-once.js';
import type { Variant } from '../measure/variant.js';
import { type Operation, tenantOf } from '../operations/operation.js';
import type { Count } from '../report/results-file.js';
import type { RecordedStatement } from '../servers/server-messages.js';
import { walBytesOf } from './wal-bytes.js';

const TRANSACTION = /^\s*(start transaction|begin|commit|rollback|savepoint|release)/i;
const WAL_TIMES = 15;

/** What was counted, with the statements themselves. */
export type Counted = Count & { readonly sent: readonly RecordedStatement[] };

/** Statements and WAL of one request of an operation on the library's server. */
export async function countRequest(
  database: Client,
  directory: Directory,
  operation: Operation,
  variant: Variant,
): Promise<Counted> {
  const tenant = tenantOf(operation, directory).id;
  const range = { from: takeNumbers(operation.name, WAL_TIMES + 2), count: WAL_TIMES + 2 };
  const context = { directory, values: variant.values };
  let next = range.from;
  const send = async (): Promise<void> => {
    const request = operation.request(next++, context);
    const { status, body } = await requestOnce(variant, tenant, request);
    if (status !== operation.status)
      throw new Error(`${operation.name} answers ${status} ${body.slice(0, 200)}`);
  };
  await operation.prepare?.(database, directory, range);
  try {
    // The token is looked up, and its use noted, before anything is counted.
    await send();
    const sent = await variant.server.statements(send);
    const reads = operation.request(range.from, context).method === 'GET';
    return {
      operation: operation.name,
      statements: sent.length,
      transactionStatements: sent.filter(({ text }) => TRANSACTION.test(text)).length,
      walBytes: reads ? undefined : await walBytesOf(database, send, WAL_TIMES),
      sent,
    };
  } finally {
    await operation.restore?.(database, directory, range);
  }
}
