import { describe, expect, it } from 'vitest';
import { requestIdOf } from './request-id.js';

const request = (id?: string) => ({ headers: id === undefined ? {} : { 'x-request-id': id } });

describe('the id of a request', () => {
  it('is the one that a proxy gave it', () => {
    expect(requestIdOf(request('req-7.a_B'))).toBe('req-7.a_B');
  });

  it.each([undefined, '', 'a b', 'a\nb', '"', 'x'.repeat(65)])('is a new one instead of %j', (sent) => {
    expect(requestIdOf(request(sent))).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('stays the same for the whole request, under either adapter', () => {
    const raw = request();
    expect(requestIdOf({ raw })).toBe(requestIdOf(raw));
    expect(requestIdOf(request())).not.toBe(requestIdOf(raw));
  });
});
