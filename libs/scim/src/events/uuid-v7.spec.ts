import { describe, expect, it } from 'vitest';
import { uuidV7 } from './uuid-v7.js';

describe('uuidV7', () => {
  it('has the version, the variant and lower case', () => {
    expect(uuidV7()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('is greater than the one before, within a millisecond and when the clock steps back', () => {
    const moment = Date.now() + 1000;
    const ids = Array.from({ length: 10_000 }, (_, i) => uuidV7(moment - (i % 7)));
    expect(ids).toEqual([...ids].sort());
    expect(new Set(ids).size).toBe(ids.length);
  });
});
