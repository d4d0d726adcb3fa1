import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readRawBody } from './read-raw-body.js';

describe('readRawBody', () => {
  it('gives the bytes of a body up to the limit', async () => {
    const body = await readRawBody(Readable.from([Buffer.from('ab'), Buffer.from('cd')]), 4, undefined);
    expect(body).toEqual({ kind: 'bytes', bytes: Buffer.from('abcd') });
  });

  it('stops at the limit, whether or not the length was declared', async () => {
    expect(await readRawBody(Readable.from([]), 4, '5')).toEqual({ kind: 'tooLarge', limit: 4 });
    const endless = new PassThrough();
    const outcome = readRawBody(endless, 4, undefined);
    endless.write('abcde');
    expect(await outcome).toEqual({ kind: 'tooLarge', limit: 4 });
  });

  it('tells when the client went away', async () => {
    const stream = new PassThrough();
    const outcome = readRawBody(stream, 4, undefined);
    stream.destroy();
    expect(await outcome).toEqual({ kind: 'aborted' });
  });
});
