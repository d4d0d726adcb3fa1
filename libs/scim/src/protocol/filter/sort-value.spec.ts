import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../schema/json.js';
import { compareSortValues, sortValue } from './sort-value.js';
import { PERSON, WORK_URN } from './testing/person-type.js';

const title = PERSON.attribute('title')!;
const email = PERSON.attribute('emails')!.sub('value')!;

describe('sortValue', () => {
  it('takes the primary element of a list, else its first [P-3.4.2.3-03]', () => {
    const first = { value: 'A' };
    expect(sortValue(email, { emails: [first, { value: 'B', primary: true }] })).toBe('b');
    expect(sortValue(email, { emails: [first, { value: 'B', primary: false }] })).toBe('a');
    expect(sortValue(PERSON.attribute('tags')!, { tags: ['B', 'A'] })).toBe('b');
  });

  it('looks no further when the deciding element lacks the value [P-3.4.2.3-03]', () => {
    expect(sortValue(email, { emails: [{ value: 'a' }, { type: 'work', primary: true }] })).toBeUndefined();
    expect(sortValue(email, { emails: [] })).toBeUndefined();
    expect(sortValue(email, {})).toBeUndefined();
  });

  it('takes single values and sub-attributes as they are [P-3.4.2.3-03]', () => {
    const document: JsonObject = {
      name: { givenName: 'É' },
      active: false,
      [WORK_URN]: { employeeNumber: 'B' },
    };
    expect(sortValue(PERSON.attribute('name')!.sub('givenName')!, document)).toBe('é');
    expect(sortValue(PERSON.attribute('active')!, document)).toBe(false);
    const extension = PERSON.extension(WORK_URN)!;
    expect(sortValue(extension.attributes.get('employeenumber')!, document)).toBe('B');
  });
});

describe('compareSortValues', () => {
  const order = (name: string, values: (string | number | boolean | undefined)[]): unknown[] => {
    const attribute = PERSON.attribute(name)!;
    return [...values]
      .map((value) => ({ value, key: sortValue(attribute, value === undefined ? {} : { [name]: value }) }))
      .sort((a, b) => compareSortValues(a.key, b.key))
      .map(({ value }) => value);
  };

  it('puts missing values last, and so first when negated [P-3.4.2.3-05]', () => {
    expect(order('title', [undefined, 'b', undefined, 'a'])).toEqual(['a', 'b', undefined, undefined]);
    expect(-compareSortValues(undefined, 'a')).toBeLessThan(0);
    expect(compareSortValues(undefined, undefined)).toBe(0);
  });

  it('orders by the type: case or not, numbers, moments, booleans [P-3.4.2.3-06]', () => {
    expect(order('title', ['b', 'A', 'a', 'B'])).toEqual(['A', 'a', 'b', 'B']);
    expect(order('code', ['b', 'A', 'a', 'B'])).toEqual(['A', 'B', 'a', 'b']);
    expect(order('logins', [10, 9, -1])).toEqual([-1, 9, 10]);
    expect(order('active', [true, false])).toEqual([false, true]);
    const early = '2024-01-01T01:00:00+02:00';
    expect(order('hired', ['2024-01-01T00:00:00Z', early])).toEqual([early, '2024-01-01T00:00:00Z']);
    expect(order('code', ['\u{1F600}', '\uff5e'])).toEqual(['\uff5e', '\u{1F600}']);
  });

  it('compares whole texts, without an upper case first surprise [P-3.4.2.3-06]', () => {
    expect(
      compareSortValues(sortValue(title, { title: 'Zoe' }), sortValue(title, { title: 'adam' })),
    ).toBeGreaterThan(0);
  });
});
