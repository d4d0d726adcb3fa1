import { describe, expect, it } from 'vitest';
import { Leniency, Profile } from '../compat/profile.js';
import { ScimError } from '../error/scim-error.js';
import { evaluateElement } from './evaluate-filter.js';
import { parseFilter } from './parse-filter.js';
import { DEFAULT_PATH_LIMITS, equalityTerms, parsePath, type PatchPath } from './parse-path.js';
import { PERSON, PERSON_URN, WORK_URN } from './testing/person-type.js';

function parse(text: string, profile = Profile.strict): PatchPath | undefined {
  return parsePath(text, PERSON, new Leniency(profile));
}

function scimTypeOf(text: string): string | undefined {
  try {
    parse(text, Profile.default);
  } catch (error) {
    if (error instanceof ScimError) return error.scimType;
    throw error;
  }
  return 'accepted';
}

/** Path of the target: `emails[].value`. */
function target(text: string, profile?: Profile): string | undefined {
  const path = parse(text, profile);
  if (path?.kind === 'extension') return path.extension.urn;
  if (path?.kind === 'attribute') return path.attribute.path;
  return path && `${path.attribute.path}[]${path.sub ? `.${path.sub.name}` : ''}`;
}

function elements(text: string, candidates: { [name: string]: string }[]): unknown[] {
  const path = parse(text);
  if (path?.kind !== 'valuePath') throw new Error('no value path');
  return candidates.filter((element) => evaluateElement(path.filter, element));
}

describe('parsePath', () => {
  it.each([
    ['userName', 'userName'],
    ['name.givenName', 'name.givenName'],
    ['emails', 'emails'],
    ['emails.type', 'emails.type'],
    ['emails[type eq "work"]', 'emails[]'],
    ['emails[type eq "work"].value', 'emails[].value'],
    ['links[$ref pr].$ref', 'links[].$ref'],
    ['addresses[type eq "work" and (locality pr or since pr)]', 'addresses[]'],
    ['tags[value eq "x"]', 'tags[]'],
    ['employeeNumber', `${WORK_URN}:employeeNumber`],
  ])('reads %s [P-3.5.2-06]', (text, expected) => {
    expect(target(text)).toBe(expected);
  });

  it.each([
    ...[
      '',
      ' ',
      'emails[type eq "work"].',
      'emails[type eq "work"]value',
      'emails[type eq "work"][value pr]',
      '/name',
    ],
    ...[
      'emails[type eq "work"].value.x',
      'name.',
      '.name',
      'name..givenName',
      'user Name',
      ' userName',
      'userName ',
    ],
    ...[
      'userName[value eq "x"]',
      'name[givenName eq "x"]',
      `${WORK_URN}[value eq "x"]`,
      'emails]',
      '"userName"',
      '1',
    ],
    ...[
      'emails.value[value pr]',
      'name.givenName.x',
      'é',
      'userName eq "x"',
      'emails[type pr] and title pr',
      '__proto__',
      'name.__proto__',
    ],
  ])('refuses %j as a path [P-3.5.2-06]', (text) => {
    expect(scimTypeOf(text)).toBe('invalidPath');
  });

  it.each([
    ...[
      'emails[',
      'emails[]',
      'emails[0]',
      'emails[type eq]',
      'emails[type eq "work"',
      'emails[type eq work]',
    ],
    ...[
      'emails[foo eq "x"]',
      'emails[type gt true]',
      'emails[type[value pr]]',
      'emails[secret eq "x"]',
      'emails[*]',
    ],
  ])('refuses the filter in %j [P-3.5.2-06, P2]', (text) => {
    expect(scimTypeOf(text)).toBe('invalidFilter');
  });

  it.each([
    ...[
      'foo',
      'name.foo',
      'emails[type eq "work"].foo',
      'foo[type eq "x"].value',
      'urn:x:y:foo',
      '$',
      'constructor',
    ],
    ...['toString', 'name.constructor', 'emails[type pr].constructor', 'tags[value pr].x', 'emails.toString'],
  ])('tells the caller that no schema defines %s [P-3.5.2-07, P12]', (text) => {
    expect(parse(text)).toBeUndefined();
  });

  it('ignores case and cuts off the longest known URN [P-3.5.2-09, P9]', () => {
    expect(target(`${WORK_URN.toUpperCase()}:EMPLOYEENUMBER`)).toBe(`${WORK_URN}:employeeNumber`);
    expect(target(`${PERSON_URN}:EMAILS[TYPE EQ "work"].VALUE`)).toBe('emails[].value');
    expect(target(`${WORK_URN}:manager.value`)).toBe(`${WORK_URN}:manager.value`);
    expect(target(`${PERSON_URN.toLowerCase()}:name.GIVENNAME`)).toBe('name.givenName');
    expect(target(WORK_URN.toLowerCase())).toBe(WORK_URN);
    expect(parse(`${PERSON_URN}2:userName`)).toBeUndefined();
  });

  it('never splits at what stands inside a literal [P6]', () => {
    const odd = 'a.b]"c[d\\ e:f';
    const text = `emails[value eq ${JSON.stringify(odd)}].type`;
    expect(target(text)).toBe('emails[].type');
    expect(elements(text, [{ value: odd }, { value: 'a' }])).toEqual([{ value: odd }]);
    expect(target('emails[value eq "x.y@z.com" and type eq "]."].value')).toBe('emails[].value');
  });

  it('takes a quoted boolean in brackets under the tolerance [C1]', () => {
    const leniency = new Leniency(Profile.default);
    expect(parsePath('emails[primary eq "True"].value', PERSON, leniency)).toMatchObject({
      kind: 'valuePath',
    });
    expect(leniency.names).toEqual(['booleanStrings']);
    expect(() => parse('emails[primary eq "True"].value')).toThrow(ScimError);
  });

  it('reads a dot after the URN as a colon under the tolerance', () => {
    const leniency = new Leniency(Profile.default);
    const path = parsePath(`${WORK_URN.toUpperCase()}.department`, PERSON, leniency);
    expect(path).toMatchObject({ kind: 'attribute', attribute: { path: `${WORK_URN}:department` } });
    expect(leniency.names).toEqual(['dotAfterUrn']);
    expect(target(`${WORK_URN}.manager.value`, Profile.default)).toBe(`${WORK_URN}:manager.value`);
    expect(target(`${PERSON_URN}.emails[type pr].value`, Profile.default)).toBe('emails[].value');
    expect(parse(`${WORK_URN}.department`)).toBeUndefined();
    expect(parse(`${WORK_URN}.foo`, Profile.default)).toBeUndefined();
  });

  it('keeps the filter as written beside the checked one', () => {
    expect(parse('emails[TYPE eq "Work"]')).toMatchObject({
      filter: { value: { text: 'work' } },
      source: { path: 'TYPE', value: 'Work' },
    });
  });

  it('bounds path and filter [D-23, S1]', () => {
    expect(() => parse(`a${'b'.repeat(1024)}`)).toThrow('1024');
    expect(() => parse(`emails[${'('.repeat(40)}type pr${')'.repeat(40)}]`)).toThrow('32');
    const limits = { ...DEFAULT_PATH_LIMITS, filter: { ...DEFAULT_PATH_LIMITS.filter, length: 10 } };
    expect(() => parsePath('emails[type eq "work"]', PERSON, new Leniency(Profile.strict), limits)).toThrow(
      '10',
    );
  });
});

describe('equalityTerms', () => {
  const terms = (text: string): unknown => equalityTerms(parseFilter(text));

  it('lists plain eq terms joined by and [A-22]', () => {
    expect(terms('type eq "work"')).toEqual([{ path: 'type', value: 'work' }]);
    expect(terms('type eq "work" and (primary eq true and Value eq "x")')).toEqual([
      { path: 'type', value: 'work' },
      { path: 'primary', value: true },
      { path: 'Value', value: 'x' },
    ]);
  });

  it.each(['type ne "work"', 'type eq "a" or type eq "b"', 'not (type eq "a")', 'type pr', 'type eq null'])(
    'gives nothing for %s [A-22]',
    (text) => {
      expect(terms(text)).toBeUndefined();
    },
  );

  it('gives nothing when no element could satisfy both terms [A-22]', () => {
    expect(terms('type eq "a" and TYPE eq "b"')).toBeUndefined();
    expect(terms('type eq "a" and TYPE eq "a"')).toHaveLength(1);
  });
});
