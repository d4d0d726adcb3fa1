import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareCodePoints, comparisonKey, comparisonKeyTable } from './comparison-key.js';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.string({
    unit: fc.constantFrom(
      'É',
      'e\u0301',
      'ß',
      'ẞ',
      'ſ',
      'İ',
      'ı',
      'i',
      'I',
      'Ａ',
      'Ω',
      'ς',
      'Σ',
      '\u0345',
      'ﾊﾞ',
    ),
    maxLength: 5,
  }),
);

describe('comparisonKey', () => {
  it('makes a key that is its own key', () => {
    fc.assert(
      fc.property(text, (s) => {
        expect(comparisonKey(comparisonKey(s))).toBe(comparisonKey(s));
      }),
    );
  });

  it('makes a key that is its own key of every single character', () => {
    const broken: string[] = [];
    for (let codePoint = 0; codePoint <= 0x1ffff; codePoint++) {
      if (codePoint >= 0xd800 && codePoint <= 0xdfff) continue;
      const key = comparisonKey(String.fromCodePoint(codePoint));
      if (comparisonKey(key) !== key) broken.push(codePoint.toString(16));
    }
    expect(broken).toEqual([]);
  });

  it('gives canonically equal texts one key [P-7.8-01, P-3.4.2.2-27]', () => {
    fc.assert(
      fc.property(text, (s) => {
        expect(comparisonKey(s.normalize('NFD'))).toBe(comparisonKey(s));
        expect(comparisonKey(s.normalize('NFC'))).toBe(comparisonKey(s));
      }),
    );
    expect(comparisonKey('A\u030angstro\u0308m')).toBe(comparisonKey('ÅNGSTRÖM'));
    expect(comparisonKey('\u212bngström')).toBe(comparisonKey('ångström'));
  });

  it('ignores case without a locale [P-3.4.2.2-27]', () => {
    expect(comparisonKey('STRASSE')).toBe(comparisonKey('Straße'));
    expect(comparisonKey('STRAẞE')).toBe(comparisonKey('straße'));
    expect(comparisonKey('ΟΔΟΣ')).toBe(comparisonKey('οδος'));
    expect(comparisonKey('ΟΔΟΣ')).toBe(comparisonKey('οδοσ'));
    expect(comparisonKey('ſ')).toBe('s');
    expect(comparisonKey('\u{10400}')).toBe('\u{10428}');
  });

  it('keeps the Turkish letters apart from the ordinary ones [P-3.4.2.2-27]', () => {
    expect(comparisonKey('I')).toBe('i');
    expect(comparisonKey('ı')).toBe('ı');
    expect(comparisonKey('İ')).not.toBe(comparisonKey('I'));
    expect(comparisonKey('İ')).toBe(comparisonKey('i\u0307'));
  });

  it('maps full and half width forms to the ordinary ones [H-8265-01]', () => {
    expect(comparisonKey('Ａｌｉｃｅ')).toBe('alice');
    expect(comparisonKey('ﾊﾞ')).toBe(comparisonKey('バ'));
    expect(comparisonKey('\u3000')).toBe(' ');
  });

  it('leaves other compatibility forms alone [H-8265-01]', () => {
    expect(comparisonKey('①')).not.toBe('1');
    expect(comparisonKey('²')).not.toBe('2');
  });

  it('can be made character by character from its table [D-49]', () => {
    const table = comparisonKeyTable();
    fc.assert(
      fc.property(text, (s) => {
        const mapped = Array.from(s.normalize('NFC'), (character) => table.get(character) ?? character).join(
          '',
        );
        expect(mapped.normalize('NFC')).toBe(comparisonKey(s));
      }),
    );
  });
});

describe('compareCodePoints', () => {
  it('orders as the lists of code points do [P-3.4.2.3-06]', () => {
    const character = fc.constantFrom(
      'a',
      'b',
      '\ud7ff',
      '\ue000',
      '\uff21',
      '\uffff',
      '\u{10000}',
      '\u{1F600}',
    );
    const word = fc.string({ unit: character, maxLength: 4 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(Math.sign(compareCodePoints(a, b))).toBe(
          Math.sign(compareLists(codePoints(a), codePoints(b))),
        );
      }),
      { numRuns: 1000 },
    );
  });
});

function codePoints(text: string): number[] {
  return Array.from(text, (character) => character.codePointAt(0)!);
}

function compareLists(a: number[], b: number[]): number {
  const at = a.findIndex((codePoint, i) => codePoint !== b[i]);
  if (at < 0) return a.length - b.length;
  return at < b.length ? a[at]! - b[at]! : 1;
}
