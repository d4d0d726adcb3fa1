import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generateToken, hashToken, parseToken, SCIM_TOKEN_PATTERN } from './token-format.js';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

describe('the text of a token', () => {
  it('begins with scim_ and has a public id, a secret of 43 characters and a checksum of 6', () => {
    const { text, publicId } = generateToken();
    expect(text).toMatch(/^scim_[0-9A-Za-z]{8}_[0-9A-Za-z]{43}[0-9A-Za-z]{6}$/);
    expect(text.slice(5, 13)).toBe(publicId);
  });

  it('is found by the published pattern inside other text', () => {
    const { text } = generateToken();
    expect(SCIM_TOKEN_PATTERN.exec(`Authorization: Bearer ${text}\n`)?.[0]).toBe(text);
  });

  it('is read back', () => {
    const token = generateToken();
    expect(parseToken(token.text)).toEqual(token);
  });

  it('ends in the CRC32 of what is before in Base62, most significant character first', () => {
    // Checksum made with another CRC32 (Python's zlib.crc32), so that a published scanner rule stays true.
    const body = `scim_00000000_${'0'.repeat(43)}`;
    expect(parseToken(`${body}1duGit`)?.publicId).toBe('00000000');
  });

  it('is refused when any one character is another one', () => {
    const { text } = generateToken();
    const position = fc.integer({ min: 0, max: text.length - 1 });
    fc.assert(
      fc.property(position, fc.constantFrom(...ALPHABET, '_', '-', ' '), (at, character) => {
        const changed = text.slice(0, at) + character + text.slice(at + 1);
        expect(parseToken(changed) === undefined).toBe(changed !== text);
      }),
    );
  });

  it.each([
    '',
    'undefined',
    'scim_',
    'scim_00000000_',
    `${'scim_'.repeat(20000)}`,
    `scim_00000000_${'é'.repeat(49)}`,
  ])('is refused without a look-up when it has another shape (case %#)', (text) => {
    expect(parseToken(text)).toBeUndefined();
  });

  it('is refused with a line end behind it', () => {
    expect(parseToken(`${generateToken().text}\n`)).toBeUndefined();
  });

  it('uses all 62 characters equally often', () => {
    const counts = new Map<string, number>();
    const rounds = 2000;
    for (let round = 0; round < rounds; round++) {
      for (const character of generateToken().text.slice(14, 57)) {
        counts.set(character, (counts.get(character) ?? 0) + 1);
      }
    }
    const expected = (rounds * 43) / 62;
    const chiSquare = [...ALPHABET].reduce(
      (sum, one) => sum + ((counts.get(one) ?? 0) - expected) ** 2 / expected,
      0,
    );
    // 61 degrees of freedom: 127 is passed by chance once in a million runs; a remainder of 256 bytes gives over 1000.
    expect(chiSquare).toBeLessThan(127);
  });

  it('is another one each time', () => {
    expect(new Set(Array.from({ length: 1000 }, () => generateToken().text)).size).toBe(1000);
  });

  it('has the SHA-256 of all of it as hash', () => {
    expect(hashToken('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});
