import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readRawBody } from './read-raw-body.js';

describe('readRawBody', () => {
  it('gives the bytes of a body up to the limit', async () => {
    const body = await readRawBody(
      Readable.from([Buffer.from('ab'), Buffer.from('cd')]),
      { bytes: 4, seconds: 30 },
      undefined,
    );
    expect(body).toEqual({ kind: 'bytes', bytes: Buffer.from('abcd') });
  });

  it('stops at the limit, whether or not the length was declared', async () => {
    expect(await readRawBody(Readable.from([]), { bytes: 4, seconds: 30 }, '5')).toEqual({
      kind: 'tooLarge',
      limit: 4,
    });
    const endless = new PassThrough();
    const outcome = readRawBody(endless, { bytes: 4, seconds: 30 }, undefined);
    endless.write('abcde');
    expect(await outcome).toEqual({ kind: 'tooLarge', limit: 4 });
  });

  it('stops when the time is up, and keeps draining', async () => {
    const trickle = new PassThrough();
    trickle.write('a');
    expect(await readRawBody(trickle, { bytes: 4, seconds: 0.01 }, undefined)).toEqual({
      kind: 'tooSlow',
      seconds: 0.01,
    });
    expect(trickle.readableFlowing).toBe(true);
  });

  it('tells when the client went away', async () => {
    const stream = new PassThrough();
    const outcome = readRawBody(stream, { bytes: 4, seconds: 30 }, undefined);
    stream.destroy();
    expect(await outcome).toEqual({ kind: 'aborted' });
  });
});
