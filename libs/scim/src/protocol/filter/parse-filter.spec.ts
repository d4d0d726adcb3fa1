import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScimError } from '../error/scim-error.js';
import type { Filter } from './ast.js';
import { DEFAULT_FILTER_LIMITS, parseFilter, type FilterSettings } from './parse-filter.js';
import { printFilter } from './print-filter.js';
import { filterArbitrary } from './testing/filter-arbitrary.js';

function refusal(text: string, settings?: FilterSettings): ScimError {
  try {
    parseFilter(text, settings);
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
  throw new Error(`accepted: ${text}`);
}

const value = (literal: string): unknown => {
  const filter = parseFilter(`a eq ${literal}`);
  return filter.kind === 'compare' ? filter.value : undefined;
};

const LIMITS = DEFAULT_FILTER_LIMITS;

describe('parseFilter', () => {
  it.each([
    [
      'userName eq "bjensen"',
      { kind: 'compare', path: 'userName', operator: 'eq', value: 'bjensen', position: 0 },
    ],
    ['title pr', { kind: 'present', path: 'title', position: 0 }],
    ['meta.lastModified gt "2011-05-13T04:42:34Z"', { operator: 'gt', path: 'meta.lastModified' }],
    [
      'title pr and userType eq "Employee"',
      { kind: 'and', operands: [{ kind: 'present' }, { position: 13 }] },
    ],
    ['title pr or userType eq "Intern"', { kind: 'or' }],
    ['schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"', { path: 'schemas' }],
    [
      'userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")',
      {
        kind: 'and',
        operands: [{ kind: 'compare' }, { kind: 'or', operands: [{}, { path: 'emails.value' }] }],
      },
    ],
    [
      'userType ne "Employee" and not (emails co "example.com")',
      { kind: 'and', operands: [{ operator: 'ne' }, { kind: 'not', operand: { operator: 'co' } }] },
    ],
    [
      'userType eq "Employee" and emails[type eq "work" and value co "@example.com"]',
      { kind: 'and', operands: [{}, { kind: 'valuePath', path: 'emails', filter: { kind: 'and' } }] },
    ],
    [
      'emails[type eq "work"] or ims[type eq "xmpp" and value co "@foo.com"]',
      { kind: 'or', operands: [{ kind: 'valuePath' }, { kind: 'valuePath', path: 'ims' }] },
    ],
  ])('reads the form of the RFC example %s [P-3.4.2.2-01]', (text, expected) => {
    expect(parseFilter(text)).toMatchObject(expected);
  });

  it.each([
    ...[
      '',
      ' ',
      'userName',
      'userName eq',
      'userName eq ',
      'eq "a"',
      '"a" eq userName',
      'a eq "x" and',
      'a pr or ',
    ],
    ...[
      '(a pr',
      'a pr)',
      'emails[type eq "x"',
      'emails]type pr[',
      'emails[]',
      '()',
      'a pr b pr',
      'a eq "x""y"',
    ],
    ...[
      'a eq"x"',
      'a  eq',
      'a pr and(b pr)',
      '(a pr)and (b pr)',
      'a eq 1and b pr',
      'a,b pr',
      '.a pr',
      'a. pr',
    ],
    ...[
      'a..b pr',
      'a.b.c pr',
      '1a pr',
      '-a pr',
      'a\tpr',
      'a pr\n',
      'é pr',
      'a eq {}',
      'a eq []',
      'a == 1',
      'a eq b',
    ],
    ...['emails [type pr]', 'urn: pr', 'urn:x: pr', '/a pr', 'a eq "x" not b pr', 'and', 'not', 'a xor b'],
  ])('refuses %j [P-3.4.2.2-01]', (text) => {
    const error = refusal(text);
    expect([error.status, error.scimType]).toEqual([400, 'invalidFilter']);
    expect(error.detail).toMatch(/[a-z]{3,}.* \(at position \d+\)$/);
  });

  it('tells where a filter goes wrong, counted from the base it was given', () => {
    expect(refusal('a eq "x" and b foo 1').detail).toContain('at position 15');
    expect(refusal('a foo 1', { position: 100 }).detail).toContain('at position 102');
    expect(parseFilter('a pr', { position: 100 })).toMatchObject({ position: 100 });
  });

  it('never repeats a value in the detail', () => {
    expect(refusal('userName eq "s3cret-value').detail).not.toContain('s3cret');
    expect(refusal('userName eq s3cret-value').detail).not.toContain('s3cret');
  });

  it('ignores the case of operators and of and, or, not [P-3.4.2.2-02]', () => {
    const filter = parseFilter('USERNAME EQ "a" AND NOT (title Pr) oR x Sw "b"');
    expect(printFilter(filter)).toBe('USERNAME eq "a" and not (title pr) or x sw "b"');
  });

  it('binds and more tightly than or, and not more tightly than both [P-3.4.2.2-03]', () => {
    expect(parseFilter('a eq 1 or b eq 2 and c eq 3')).toMatchObject({
      kind: 'or',
      operands: [{ path: 'a' }, { kind: 'and', operands: [{ path: 'b' }, { path: 'c' }] }],
    });
    expect(parseFilter('not (a pr) and b pr')).toMatchObject({
      kind: 'and',
      operands: [{ kind: 'not' }, {}],
    });
    expect(parseFilter('(a pr or b pr) and c pr')).toMatchObject({
      kind: 'and',
      operands: [{ kind: 'or' }, {}],
    });
  });

  it('takes not with or without a space before the parenthesis, and never without it [P-3.4.2.2-04]', () => {
    const expected = { kind: 'not', operand: { kind: 'present', path: 'title' } };
    expect(parseFilter('not (title pr)')).toMatchObject(expected);
    expect(parseFilter('not(title pr)')).toMatchObject(expected);
    expect(refusal('not title pr').detail).toContain('parentheses');
  });

  it('decodes each JSON escape exactly once [P-3.4.2.2-05, F1]', () => {
    expect(value(String.raw`"a\"b"`)).toBe('a"b');
    expect(value(String.raw`"\u00e9\u00C9"`)).toBe('éÉ');
    expect(value(String.raw`"\ud83d\ude00"`)).toBe('\u{1F600}');
    expect(value(String.raw`"\\u0041\\n\\\\"`)).toBe(String.raw`\u0041\n\\`);
    expect(value(String.raw`"a\/b\b\f\n\r\t"`)).toBe('a/b\b\f\n\r\t');
    expect(value('"a+b%20c"')).toBe('a+b%20c');
    expect(value(String.raw`"\\"`)).toBe('\\');
  });

  it.each([
    ...[
      "'a'",
      'User',
      '"a',
      String.raw`"a\"`,
      String.raw`"\x41"`,
      String.raw`"\u12"`,
      '"a\u0001b"',
      '"a\nb"',
    ],
    ...[String.raw`"\u0000"`, '"\u0000"', String.raw`"\ud800"`, '"\udc00x"', String.raw`"\ude00\ud83d"`],
  ])('refuses the string %j [P-3.4.2.2-05, D-50]', (literal) => {
    expect(refusal(`a eq ${literal}`).scimType).toBe('invalidFilter');
  });

  it('takes true, false, null and numbers without quotes, as JSON writes them [P-3.4.2.2-06]', () => {
    expect(['true', 'false', 'null'].map(value)).toEqual([true, false, null]);
    expect(['0', '-0', '12', '-1.50', '2e3', '1E-2', '1.5e+2'].map(value)).toEqual([
      0, 0, 12, -1.5, 2000, 0.01, 150,
    ]);
  });

  it.each([
    'True',
    'FALSE',
    'Null',
    'truex',
    '01',
    '+1',
    '.5',
    '1.',
    '1e',
    '1e999',
    '-',
    'NaN',
    '0x10',
    '1_0',
  ])('refuses %s as a value [P-3.4.2.2-06]', (literal) => {
    expect(refusal(`a eq ${literal}`).scimType).toBe('invalidFilter');
  });

  it.each(['userName regex "a"', 'userName eqx "a"', 'userName e "a"', 'userName = "a"', 'a prr', 'a pr.x'])(
    'refuses the unknown operator of %s [P-3.4.2.2-13, F5]',
    (text) => {
      expect(refusal(text).scimType).toBe('invalidFilter');
    },
  );

  it('keeps colons, dots and versions of a URN in the path [P-3.4.2.2-08]', () => {
    const path = 'urn:ietf:params:scim:schemas:core:2.0:User:name.givenName';
    expect(parseFilter(`${path} eq "x"`)).toMatchObject({ path });
    expect(parseFilter('members.$ref pr')).toMatchObject({ path: 'members.$ref' });
    expect(parseFilter('urn:acme:x+y/z@1.0:a_b-c pr')).toMatchObject({ path: 'urn:acme:x+y/z@1.0:a_b-c' });
  });

  it('reads boolean expressions inside brackets and no further brackets [P-3.4.2.2-10]', () => {
    const filter = parseFilter('emails[ not (type eq "work") and (value co "]" or primary eq true) ]');
    expect(filter).toMatchObject({
      kind: 'valuePath',
      filter: { kind: 'and', operands: [{ kind: 'not' }, {}] },
    });
    expect(refusal('emails[type[value pr]]').detail).toContain('inside brackets');
    expect(parseFilter('a[b pr] and c[d pr]')).toMatchObject({ kind: 'and' });
  });

  it('reads a comparison after a value path only when told to [P-3.4.2.2-12, F2]', () => {
    const text = 'emails[type eq "work"].value eq "x"';
    expect(parseFilter(text, { allowAfterValuePath: true })).toMatchObject({
      kind: 'valuePath',
      trailing: { sub: 'value', operator: 'eq', value: 'x' },
    });
    expect(parseFilter('a[b pr].c PR and d pr', { allowAfterValuePath: true })).toMatchObject({
      kind: 'and',
    });
    expect(refusal(text).scimType).toBe('invalidFilter');
    expect(refusal('a[b pr].c.d pr', { allowAfterValuePath: true }).scimType).toBe('invalidFilter');
    expect(refusal('a[b pr].c', { allowAfterValuePath: true }).scimType).toBe('invalidFilter');
  });

  it('bounds length, nesting, comparisons and value length [D-23, S1]', () => {
    const long = `a eq "${'x'.repeat(1025)}"`;
    expect(refusal(long).detail).toContain('1024');
    expect(refusal('a pr' + ' '.repeat(4093)).detail).toContain('4096');
    const nested = (n: number): string => '('.repeat(n) + 'a pr' + ')'.repeat(n);
    expect(parseFilter(nested(32))).toMatchObject({ kind: 'present' });
    expect(refusal(nested(33)).detail).toContain('32');
    expect(refusal(`${'('.repeat(32)}a[b pr]${')'.repeat(32)}`).detail).toContain('32');
    const terms = (n: number): string => Array(n).fill('a pr').join(' or ');
    expect(parseFilter(terms(200))).toMatchObject({ kind: 'or' });
    expect(refusal(terms(201)).detail).toContain('200');
    expect(parseFilter('(a pr) and '.repeat(100) + 'a pr')).toMatchObject({ kind: 'and' });
  });

  it('ends with an error, not with a full stack, whatever the limits say [D-23, S1]', () => {
    const limits = { length: 1e6, depth: 1e6, terms: 1e6, valueLength: 1e6 };
    expect(refusal('('.repeat(100_000), { limits }).scimType).toBe('invalidFilter');
    expect(refusal('not ('.repeat(100_000), { limits }).scimType).toBe('invalidFilter');
    expect(refusal('a['.repeat(100_000), { limits }).scimType).toBe('invalidFilter');
  });

  it.each([
    ['spaces', (n: number) => `a${' '.repeat(n)}pr`],
    ['spaces before a wrong word', (n: number) => `a pr${' '.repeat(n)}x`],
    ['backslashes', (n: number) => `a eq "${'\\\\'.repeat(n)}"`],
    ['unfinished escapes', (n: number) => `a eq "${'\\'.repeat(n)}`],
    ['digits', (n: number) => `a eq ${'1'.repeat(n)}x`],
    ['dots', (n: number) => `a${'.'.repeat(n)} pr`],
    ['a chain', (n: number) => Array(n).fill('a pr').join(' and ')],
  ])('needs little time for a long run of %s [D-23]', (_, make) => {
    const limits = { ...LIMITS, length: 1e7, terms: 1e7, valueLength: 1e7 };
    const text = make(100_000);
    const start = performance.now();
    try {
      parseFilter(text, { limits });
    } catch (error) {
      expect(error).toBeInstanceOf(ScimError);
    }
    expect(performance.now() - start).toBeLessThan(500);
  });

  it('reads back every filter that is printed [P-3.4.2.2-01]', () => {
    const limits = { ...LIMITS, length: 1e6 };
    fc.assert(
      fc.property(filterArbitrary, (filter) => {
        const parsed = parseFilter(printFilter(filter), { allowAfterValuePath: true, limits });
        expect(withoutPositions(parsed)).toEqual(withoutPositions(filter));
      }),
      { numRuns: 300 },
    );
  });

  it('answers any text with a filter or invalidFilter', () => {
    const pieces = fc.constantFrom(
      ...'a b . : [ ] ( ) " \\ eq pr and or not 1 -1 true null "x" emails \u{1F600}'.split(' '),
      ' ',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 20 }), (parts) => {
        try {
          parseFilter(parts.join(''));
        } catch (error) {
          expect((error as ScimError).scimType).toBe('invalidFilter');
        }
      }),
      { numRuns: 500 },
    );
  });
});

function withoutPositions(filter: Filter): unknown {
  return JSON.parse(JSON.stringify(filter, (key, part: unknown) => (key === 'position' ? undefined : part)));
}
