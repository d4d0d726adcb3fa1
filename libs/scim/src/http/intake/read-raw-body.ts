import type { Readable } from 'node:stream';
import type { RawBody } from './scim-request.js';

/**
 * Reads a request body with the limit enforced while reading, never after: what goes over it is not kept
 * (P-3.7.4-02). Never rejects; the outcome says what happened.
 */
export function readRawBody(
  stream: Readable,
  limit: number,
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
      stream.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone);
      resolve(outcome);
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size <= limit) {
        chunks.push(chunk);
        return;
      }
      finish({ kind: 'tooLarge', limit });
      // Drain what is still on its way, so that the answer is not lost to a reset connection.
      stream.resume();
    };
    const onEnd = (): void => finish({ kind: 'bytes', bytes: Buffer.concat(chunks, size) });
    const onGone = (): void => finish({ kind: 'aborted' });
    stream.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone);
  });
}
