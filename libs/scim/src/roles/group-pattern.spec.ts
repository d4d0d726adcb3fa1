import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparisonKey } from '../protocol/text/comparison-key.js';
import { GroupPattern } from './group-pattern.js';

const matches = (pattern: string, name: string): boolean =>
  new GroupPattern(pattern).matches(comparisonKey(name));

describe('A pattern for groups', () => {
  it.each([
    ['app-*', 'app-', true],
    ['app-*', 'APP-Admins', true],
    ['app-*', 'my app-admins', false],
    ['*-admins', 'Eng-Admins', true],
    ['*-admins', 'Eng-Admins-old', false],
    ['a*b*c', 'a1b2c', true],
    ['a*b*c', 'acb', false],
    ['ab*ba', 'aba', false],
    ['a*aa', 'aa', false],
    ['STRASSE*', 'straße 1', true],
    ['a.*', 'abc', false],
    ['a?*', 'ab', false],
  ])('%s compared with %s is %s', (pattern, name, expected) => {
    expect(matches(pattern, name)).toBe(expected);
  });

  it('needs a star and something else', () => {
    expect(['*', '**', ' * ', 'admins', ''].map((text) => GroupPattern.isPattern(text))).toEqual(
      Array.from({ length: 5 }, () => false),
    );
    expect(GroupPattern.isPattern('a*')).toBe(true);
  });

  it('matches what the regular expression of the same meaning matches', () => {
    const text = (letters: string[]) =>
      fc.array(fc.constantFrom(...letters), { minLength: 1, maxLength: 8 }).map((list) => list.join(''));
    fc.assert(
      fc.property(text(['a', 'b', '*']), text(['a', 'b']), (pattern, name) => {
        const model = new RegExp(`^${pattern.replaceAll('*', '.*')}$`);
        expect(pattern.includes('*') ? matches(pattern, name) : name === pattern).toBe(model.test(name));
      }),
      { numRuns: 2000 },
    );
  });

  it('takes no time for a text that a regular expression would choke on', () => {
    const pattern = `${'a*'.repeat(250)}b`;
    const name = 'a'.repeat(512);
    const begun = performance.now();
    expect(matches(pattern, name)).toBe(false);
    expect(performance.now() - begun).toBeLessThan(100);
  });
});
