import type { Readable } from 'node:stream';
import type { RawBody } from './scim-request.js';

/** What a body may be at most. */
export interface BodyLimits {
  readonly bytes: number;
  readonly seconds: number;
}

/**
 * Reads a request body with the limits enforced while reading, never after: what goes over them is not kept
 * (P-3.7.4-02). Never rejects; the outcome says what happened.
 */
export function readRawBody(
  stream: Readable,
  { bytes: limit, seconds }: BodyLimits,
  declaredLength: string | undefined,
): Promise<RawBody> {
  if (declaredLength !== undefined && Number(declaredLength) > limit) {
    stream.resume();
    return Promise.resolve({ kind: 'tooLarge', limit });
  }
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (outcome: RawBody): void => {
      clearTimeout(timer);
      stream.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone);
      resolve(outcome);
    };
    const giveUp = (outcome: RawBody): void => {
      finish(outcome);
      // Drain what is still on its way, so that the answer is not lost to a reset connection.
      stream.resume();
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else giveUp({ kind: 'tooLarge', limit });
    };
    const onEnd = (): void => finish({ kind: 'bytes', bytes: Buffer.concat(chunks, size) });
    const onGone = (): void => finish({ kind: 'aborted' });
    // Fastify waits for a body without end, Node's own server for five minutes: so long it would hold its place.
    const timer = setTimeout(() => giveUp({ kind: 'tooSlow', seconds }), seconds * 1000).unref();
    stream.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone);
  });
}
