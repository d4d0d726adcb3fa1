import { describe, expect, it } from 'vitest';
import { preparedUserNameFault, userNameFault } from './user-name.js';

describe('userNameFault', () => {
  it.each([
    'bjensen',
    'john doe',
    'o\u2019neil',
    'a+b@example.com',
    '\u5c71\u7530',
    '\u05d3\u05d5\u05d3',
    '\uff21',
  ])('finds nothing wrong with %j [D-48]', (text) => {
    expect(userNameFault(text)).toBeUndefined();
  });

  it.each(['a\u200bb', 'a\u202eb', '\ufeffab', 'a\u00adb', 'a\u034fb', 'a\u3164', 'a\ufe0f', 'a\u{e0041}'])(
    'finds the invisible character in %j',
    (text) => {
      expect(userNameFault(text)).toMatch(/zero-width/);
    },
  );

  it.each([' a', 'a ', '\ta', 'a\n', 'a\u00a0', 'a\u3000', 'a\u0000b', 'a\u0085b', 'a\u2028b'])(
    'finds the control character or the blank at the end of %j',
    (text) => {
      expect(userNameFault(text)).toBeDefined();
    },
  );
});

describe('preparedUserNameFault', () => {
  it.each([
    'bjensen',
    'a.b_c-d+e@example.com',
    'stra\u00dfe',
    '\u03c3\u03c2',
    'e\u0301',
    '\uff21lice',
    '\u5c71\u7530',
    '\u05d3\u05d5\u05d31',
    '\u0639\u0644\u064a\u0661',
  ])('lets %j through [H-8265-01]', (text) => {
    expect(preparedUserNameFault(text)).toBeUndefined();
  });

  it.each([
    'john doe',
    '\u00a7',
    '\u2603',
    '\u265a',
    '\u2163',
    '\u2460',
    '\ufb01',
    '\u0640',
    '\u1100',
    '\u{1f600}',
  ])('refuses %j, which is outside of the class [H-8265-01, D-48]', (text) => {
    expect(preparedUserNameFault(text)).toMatch(/letters, digits/);
  });

  it.each(['a\u05d3', '\u05d3a', '1\u05d3', '\u05d3-', '\u0639\u06611', '\u05d3@example.com'])(
    'refuses %j, which breaks the bidi rule [H-8265-01]',
    (text) => {
      expect(preparedUserNameFault(text)).toMatch(/directions/);
    },
  );
});
