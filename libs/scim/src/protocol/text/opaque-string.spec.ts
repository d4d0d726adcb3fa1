import { describe, expect, it } from 'vitest';
import { opaqueString } from './opaque-string.js';

describe('opaqueString', () => {
  it('turns every kind of space into an ordinary one [H-8265-02]', () => {
    expect(opaqueString('correct\u00a0horse\u3000battery staple')).toBe('correct horse battery staple');
  });

  it('composes characters and keeps their case [H-8265-02]', () => {
    expect(opaqueString('Cafe\u0301')).toBe('Caf\u00e9');
    expect(opaqueString('ÅNGSTRÖM')).toBe('ÅNGSTRÖM');
  });

  it('refuses an empty password and control characters [H-8265-02]', () => {
    for (const text of ['', 'a\u0000b', 'a\tb', '\ud800']) expect(opaqueString(text)).toBeUndefined();
  });
});
