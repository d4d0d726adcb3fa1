import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScimError } from '../../protocol/error/scim-error.js';
import { type Cursor, cursorKey, openCursor, sealCursor } from './cursor.js';

const KEY = cursorKey('a secret of the whole installation');
const BINDING = '["acme","/Users",null,null]';
const CURSOR: Cursor = {
  keysets: [{ direction: 'after', position: { id: '0190', key: 'zoë' } }],
  count: 100,
  expires: 1000,
};

function refusal(work: () => unknown): string | undefined {
  try {
    work();
  } catch (error) {
    return (error as ScimError).scimType;
  }
  return undefined;
}

describe('A cursor', () => {
  it('opens as what was sealed, whatever it is [C-2-02]', () => {
    const key = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 50 }),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (Object.is(n, -0) ? 0 : n)),
      fc.constant(null),
    );
    const cursor = fc.record({
      keysets: fc.array(
        fc.record(
          {
            direction: fc.constantFrom('after' as const, 'before' as const),
            position: fc.record({ id: fc.string(), key }),
          },
          { requiredKeys: ['direction'] },
        ),
        { minLength: 1, maxLength: 4 },
      ),
      count: fc.nat(),
      expires: fc.integer({ min: 1, max: 2 ** 50 }),
    });
    fc.assert(
      fc.property(cursor, fc.string(), (given, binding) => {
        const text = sealCursor(given, KEY, binding);
        expect(text).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(openCursor(text, KEY, binding, given.expires - 1)).toEqual(given);
      }),
    );
  });

  it('shows nothing of what it holds, and is never the same twice [C-5.2-03]', () => {
    const one = sealCursor(CURSOR, KEY, BINDING);
    expect(one).not.toBe(sealCursor(CURSOR, KEY, BINDING));
    expect(Buffer.from(one, 'base64url').toString('latin1')).not.toContain('0190');
  });

  it('is refused with any bit of it changed [C-5.2-03]', () => {
    const text = sealCursor(CURSOR, KEY, BINDING);
    const bytes = Buffer.from(text, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const forged = Buffer.from(bytes);
      forged[bit >> 3]! ^= 1 << (bit & 7);
      expect(refusal(() => openCursor(forged.toString('base64url'), KEY, BINDING, 0))).toBe('invalidCursor');
    }
    for (let i = 0; i < text.length; i++) {
      for (const other of ['A', 'B', '-', '=', ' ', '%', 'é']) {
        if (text[i] === other) continue;
        const forged = text.slice(0, i) + other + text.slice(i + 1);
        expect(
          refusal(() => openCursor(forged, KEY, BINDING, 0)),
          `${i} ${other}`,
        ).toBe('invalidCursor');
      }
    }
  });

  it('is refused when cut, lengthened or made up [C-2.1-01, C-5.2-03]', () => {
    const text = sealCursor(CURSOR, KEY, BINDING);
    const others = [
      ...Array.from({ length: text.length }, (_, length) => text.slice(0, length)),
      `${text}A`,
      `${text}=`,
      ` ${text}`,
      text + text,
      randomBytes(100).toString('base64url'),
      'A'.repeat(1_000_000),
      '\0',
      '__proto__',
    ];
    for (const other of others) {
      expect(refusal(() => openCursor(other, KEY, BINDING, 0))).toBe('invalidCursor');
    }
  });

  it('opens with its own key and for its own query only [C-2-07, C-5.2-01]', () => {
    const text = sealCursor(CURSOR, KEY, BINDING);
    expect(refusal(() => openCursor(text, cursorKey('another secret'), BINDING, 0))).toBe('invalidCursor');
    expect(refusal(() => openCursor(text, KEY, '["other","/Users",null,null]', 0))).toBe('invalidCursor');
    expect(refusal(() => openCursor(text, KEY, '', 0))).toBe('invalidCursor');
  });

  it('expires, which is said only to whom it was given [C-2.1-01]', () => {
    const text = sealCursor(CURSOR, KEY, BINDING);
    expect(openCursor(text, KEY, BINDING, 999)).toEqual(CURSOR);
    expect(refusal(() => openCursor(text, KEY, BINDING, 1000))).toBe('expiredCursor');
    expect(refusal(() => openCursor(text, KEY, 'another query', 1000))).toBe('invalidCursor');
  });
});
