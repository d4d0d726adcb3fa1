import type { BenchRequest } from '../operations/operation.js';
import type { Variant } from './variant.js';

/** An answer to one request. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  /** Milliseconds to the end of the answer. */
  readonly milliseconds: number;
}

/** Sends one request, outside of any measurement of throughput. */
export async function requestOnce(
  { baseUrl, tokens }: Pick<Variant, 'baseUrl' | 'tokens'>,
  tenantId: string,
  { method, path, body }: BenchRequest,
): Promise<Answer> {
  const startedAt = performance.now();
  const response = await fetch(baseUrl + path, {
    method,
    body,
    headers: {
      authorization: `Bearer ${tokens.get(tenantId) ?? ''}`,
      accept: 'application/scim+json',
      ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }),
    },
  });
  const text = await response.text();
  return { status: response.status, body: text, milliseconds: performance.now() - startedAt };
}
