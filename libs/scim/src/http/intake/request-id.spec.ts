import { describe, expect, it } from 'vitest';
import { requestIdOf } from './request-id.js';

const headers = (id?: string) => (id === undefined ? {} : { 'x-request-id': id });

describe('the id of a request', () => {
  it('is the one that a proxy gave it', () => {
    expect(requestIdOf(headers('req-7.a_B'))).toBe('req-7.a_B');
  });

  it.each([undefined, '', 'a b', 'a\nb', '"', 'x'.repeat(65)])('is a new one instead of %j', (sent) => {
    expect(requestIdOf(headers(sent))).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('is another one for each request', () => {
    expect(requestIdOf(headers())).not.toBe(requestIdOf(headers()));
  });
});
