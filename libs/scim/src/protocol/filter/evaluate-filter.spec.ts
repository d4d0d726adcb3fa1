import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Leniency, Profile } from '../compat/profile.js';
import type { JsonObject, JsonValue } from '../schema/json.js';
import { checkElementFilter, checkFilter } from './check-filter.js';
import { evaluateElement, evaluateFilter } from './evaluate-filter.js';
import { parseFilter } from './parse-filter.js';
import { documentArbitrary } from './testing/document-arbitrary.js';
import { PERSON, WORK_URN } from './testing/person-type.js';
import { typedFilterArbitrary } from './testing/typed-filter-arbitrary.js';

function matches(text: string, document: JsonObject): boolean {
  const filter = parseFilter(text, { allowAfterValuePath: true });
  return evaluateFilter(checkFilter(filter, PERSON, new Leniency(Profile.default)), document);
}

function elementMatches(list: string, text: string, element: JsonValue): boolean {
  const attribute = PERSON.attribute(list)!;
  return evaluateElement(
    checkElementFilter(parseFilter(text), attribute, new Leniency(Profile.default)),
    element,
  );
}

const work = { value: 'a@x.com', type: 'work' };
const home = { value: 'b@y.com', type: 'home', primary: true };
const both: JsonObject = { emails: [work, home] };

describe('evaluateFilter', () => {
  it.each([
    ['title eq "Boss"', true],
    ['title eq "Bos"', false],
    ['title ne "Boss"', false],
    ['title ne "x"', true],
    ['title co "os"', true],
    ['title co "Boss"', true],
    ['title sw "bo"', true],
    ['title sw "oss"', false],
    ['title ew "SS"', true],
    ['title ew "bos"', false],
    ['title gt "boss"', false],
    ['title ge "boss"', true],
    ['title lt "bosz"', true],
    ['title le "BOSS"', true],
    ['title lt "boss"', false],
    ['title gt "bos"', true],
    ['logins eq 10', true],
    ['logins eq 10.0', true],
    ['logins gt 9', true],
    ['logins gt 10', false],
    ['logins ge 10', true],
    ['logins lt 100', true],
    ['logins le 9', false],
    ['score gt 1.4', true],
    ['score lt 1.5', false],
    ['active eq true', true],
    ['active ne true', false],
    ['active eq false', false],
  ])('finds %s to be %s [P-3.4.2.2-16, F3]', (text, expected) => {
    expect(matches(text, { title: 'Boss', logins: 10, score: 1.5, active: true })).toBe(expected);
  });

  it.each([
    ['hired eq "2024-02-29T12:00:00Z"', true],
    ['hired eq "2024-02-29T11:00:00.0000-01:00"', true],
    ['hired ne "2024-02-29T12:00:00"', false],
    ['hired gt "2024-02-29T09:00:00Z"', true],
    ['hired lt "2024-02-29T13:30:00+02:00"', false],
    ['hired ge "2024-02-29T14:00:00+02:00"', true],
    ['hired gt "2024-02-29T12:00:00.001Z"', false],
  ])('compares moments, not their spelling: %s is %s [P-3.4.2.2-16, F3]', (text, expected) => {
    expect(matches(text, { hired: '2024-02-29T14:00:00+02:00' })).toBe(expected);
  });

  it('counts null, empty text, empty lists and hollow objects as not present [P-3.4.2.2-18, F3]', () => {
    const empty = {
      title: '',
      name: { givenName: '' },
      emails: [],
      tags: [''],
      active: null,
      addresses: [{}],
    };
    for (const name of [
      'title',
      'name',
      'emails',
      'tags',
      'active',
      'addresses',
      'userName',
      'emails.value',
    ]) {
      expect(matches(`${name} pr`, empty)).toBe(false);
    }
    const filled = {
      title: ' ',
      name: { familyName: 'x' },
      emails: [{ primary: false }],
      active: false,
      logins: 0,
    };
    for (const name of ['title', 'name', 'emails', 'emails.primary', 'active', 'logins']) {
      expect(matches(`${name} pr`, filled)).toBe(true);
    }
    expect(matches('name.givenName pr', filled)).toBe(false);
  });

  it('follows the case rule of the sub-attribute reached [P-3.4.2.2-19]', () => {
    const document = {
      userName: 'BJensen',
      code: 'Ab',
      profileUrl: 'https://X',
      [WORK_URN]: { manager: { value: 'Ab' } },
    };
    expect(matches('userName eq "bjENSEN"', document)).toBe(true);
    expect(matches('code eq "ab"', document)).toBe(false);
    expect(matches('code sw "A"', document)).toBe(true);
    expect(matches('profileUrl eq "https://x"', document)).toBe(false);
    expect(matches(`${WORK_URN}:manager.value eq "AB"`, document)).toBe(false);
    expect(matches(`${WORK_URN}:manager eq "Ab"`, document)).toBe(true);
  });

  it('matches when any element matches [P-3.4.2.2-20]', () => {
    expect(matches('emails.value eq "b@y.com"', both)).toBe(true);
    expect(matches('emails co "@Y"', both)).toBe(true);
    expect(matches('tags eq "B"', { tags: ['a', 'b'] })).toBe(true);
    expect(matches('emails.value eq "c"', both)).toBe(false);
  });

  it('takes ne on a list as no element equals, and inside brackets as this one differs [P-3.4.2.2-21, F4]', () => {
    expect(matches('emails.type ne "work"', both)).toBe(false);
    expect(matches('emails[type ne "work"]', both)).toBe(true);
    expect(matches('emails.type ne "other"', both)).toBe(true);
    expect(matches('tags ne "a"', { tags: ['a', 'b'] })).toBe(false);
  });

  it('finds nothing in a missing value, except by ne [P-3.4.2.2-22]', () => {
    for (const operator of ['eq', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le']) {
      expect(matches(`title ${operator} "x"`, {})).toBe(false);
      expect(matches(`title ${operator} ""`, {})).toBe(false);
    }
    expect(matches('title ne "x"', {})).toBe(true);
    expect(matches('emails.type ne "x"', {})).toBe(true);
    expect(matches('active eq false', {})).toBe(false);
    expect(matches('active ne true', {})).toBe(true);
    expect(matches('not (title eq "x")', {})).toBe(true);
  });

  it('compares with null by presence [P-3.4.2.2-23]', () => {
    expect(matches('title eq null', {})).toBe(true);
    expect(matches('title eq null', { title: 'x' })).toBe(false);
    expect(matches('title ne null', { title: 'x' })).toBe(true);
    expect(matches('title ge null', { title: 'x' })).toBe(false);
  });

  it('holds all conditions in brackets against one element [P-3.4.2.2-10, F4]', () => {
    expect(matches('emails[type eq "work" and value co "@y"]', both)).toBe(false);
    expect(matches('emails.type eq "work" and emails.value co "@y"', both)).toBe(true);
    expect(matches('emails[not (type eq "work") and value co "@y"]', both)).toBe(true);
    expect(matches('not (emails[type eq "work"])', both)).toBe(false);
    expect(matches('emails[type eq "work"].value co "@y"', both)).toBe(false);
    expect(matches('emails[type eq "work"].value co "@x"', both)).toBe(true);
    expect(matches('emails[not (type eq "x")]', {})).toBe(false);
  });

  it('takes wildcards of query languages literally [P-3.4.2.2-15, F7]', () => {
    expect(matches('title co "100%"', { title: '1000' })).toBe(false);
    expect(matches('title co "100%"', { title: 'is 100% sure' })).toBe(true);
    expect(matches('title sw "a_c"', { title: 'abc' })).toBe(false);
    expect(matches(String.raw`title ew "\\"`, { title: 'a\\' })).toBe(true);
    expect(matches('title eq "%"', { title: 'x' })).toBe(false);
  });

  it('finds a user by the extension that it carries [P-3.4.2.2-26]', () => {
    const document = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', WORK_URN] };
    expect(matches(`schemas eq "${WORK_URN}"`, document)).toBe(true);
    expect(matches(`schemas eq "${WORK_URN}"`, { schemas: ['urn:x'] })).toBe(false);
  });

  it('folds case without a locale and over canonically equal text [P-3.4.2.2-27, D-49]', () => {
    expect(matches('userName eq "STRASSE"', { userName: 'Straße' })).toBe(true);
    expect(matches('userName eq "istanbul"', { userName: 'ISTANBUL' })).toBe(true);
    expect(matches('userName eq "ıstanbul"', { userName: 'ISTANBUL' })).toBe(false);
    expect(matches('userName eq "e\u0301"', { userName: 'É' })).toBe(true);
    expect(matches('userName eq "ａｌｉｃｅ"', { userName: 'ALICE' })).toBe(true);
  });

  it('orders text by code point, also beyond U+FFFF [P-3.4.2.2-16]', () => {
    expect(matches('code gt "\uff5e"', { code: '\u{1F600}' })).toBe(true);
    expect(matches('code lt "a"', { code: 'B' })).toBe(true);
    expect(matches('title lt "a"', { title: 'B' })).toBe(false);
  });

  it('counts a missing primary of an element as false [D-42]', () => {
    expect(matches('emails[primary eq false]', { emails: [work] })).toBe(true);
    expect(matches('emails[primary eq false]', { emails: [home] })).toBe(false);
    expect(matches('emails.primary eq false', { emails: [work] })).toBe(true);
    expect(matches('emails.primary ne false', { emails: [work] })).toBe(false);
    expect(matches('emails[primary ne true]', { emails: [work] })).toBe(true);
    expect(matches('emails.primary pr', { emails: [work] })).toBe(false);
    expect(matches('emails.primary eq false', {})).toBe(false);
  });

  it('reads own members only, never what every object inherits', () => {
    expect(
      evaluateFilter(
        { kind: 'present', attribute: PERSON.attribute('title')! },
        Object.create({ title: 'x' }),
      ),
    ).toBe(false);
  });

  const texts = typedFilterArbitrary(PERSON);
  const documents = documentArbitrary(PERSON);

  it('keeps the laws of boolean algebra', () => {
    fc.assert(
      fc.property(texts, texts, documents, (a, b, document) => {
        expect(matches(`not (${a})`, document)).toBe(!matches(a, document));
        expect(matches(`not (${a} or ${b})`, document)).toBe(matches(`not (${a}) and not (${b})`, document));
      }),
      { numRuns: 200 },
    );
  });

  it('finds a document by each of its own values', () => {
    fc.assert(
      fc.property(documents, (document) => {
        const quoted = JSON.stringify(document.userName);
        for (const operator of ['eq', 'co', 'sw', 'ew', 'ge', 'le']) {
          expect(matches(`userName ${operator} ${quoted}`, document)).toBe(true);
        }
        for (const operator of ['ne', 'gt', 'lt'])
          expect(matches(`userName ${operator} ${quoted}`, document)).toBe(false);
      }),
    );
  });
});

describe('evaluateElement', () => {
  it('sees the element as stored, with the case rules of its parts [D-42, P2]', () => {
    expect(elementMatches('emails', 'type eq "WORK" and value sw "A@"', work)).toBe(true);
    expect(elementMatches('emails', 'type eq "home"', work)).toBe(false);
    expect(elementMatches('emails', 'type eq "work"', { value: 'a' })).toBe(false);
    expect(elementMatches('emails', 'type ne "work"', { value: 'a' })).toBe(true);
    expect(elementMatches('emails', 'primary eq "False"', work)).toBe(true);
    expect(elementMatches('links', '$ref eq "https://A"', { $ref: 'https://a' })).toBe(false);
  });

  it('selects every element that fits, not the first alone [D-43]', () => {
    const elements = [work, { ...work, value: 'c@x.com' }, home];
    expect(elements.filter((element) => elementMatches('emails', 'type eq "work"', element))).toHaveLength(2);
  });

  it('compares the elements of a simple list by the name value', () => {
    expect(elementMatches('tags', 'value eq "A"', 'a')).toBe(true);
    expect(elementMatches('tags', 'value pr and not (value sw "b")', 'a')).toBe(true);
    expect(elementMatches('tags', 'value eq "b"', 'a')).toBe(false);
  });
});
