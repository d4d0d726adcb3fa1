import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Leniency, Profile } from '../compat/profile.js';
import { ScimError } from '../error/scim-error.js';
import { checkElementFilter, checkFilter } from './check-filter.js';
import { parseFilter } from './parse-filter.js';
import { PERSON, PERSON_URN, WORK_URN } from './testing/person-type.js';
import { typedFilterArbitrary } from './testing/typed-filter-arbitrary.js';
import type { TypedFilter } from './typed-filter.js';

function check(text: string, profile = Profile.strict): TypedFilter {
  return checkFilter(parseFilter(text, { allowAfterValuePath: true }), PERSON, new Leniency(profile));
}

function refusal(text: string, profile = Profile.strict): ScimError {
  try {
    check(text, profile);
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
  throw new Error(`accepted: ${text}`);
}

/** Short form of a typed filter: paths and values only. */
function shape(filter: TypedFilter): unknown {
  switch (filter.kind) {
    case 'or':
    case 'and':
      return [filter.kind, ...filter.operands.map(shape)];
    case 'not':
      return ['not', shape(filter.operand)];
    case 'compare':
      return [filter.attribute.path, filter.operator, Object.values(filter.value)[1]];
    case 'present':
      return [filter.attribute.path, 'pr'];
    case 'valuePath':
      return [filter.attribute.path, [shape(filter.filter)]];
    case 'constant':
      return filter.value;
  }
}

describe('checkFilter', () => {
  it.each([
    'foo eq "x"',
    'name.foo eq "x"',
    'userName.value eq "x"',
    'emails[foo eq "x"]',
    'emails[emails.type eq "x"]',
    'tags[type eq "x"]',
    '__proto__ pr',
    'constructor pr',
    'name.toString pr',
    'emails[__proto__ pr]',
    'urn:unknown:2.0:User:userName eq "x"',
    `${WORK_URN}:userName eq "x"`,
    `${PERSON_URN}:employeeNumber eq "x"`,
  ])('refuses the unknown name in %s [P-3.4.2.1-03, F5]', (text) => {
    expect(refusal(text).scimType).toBe('invalidFilter');
    expect(refusal(text, Profile.default).scimType).toBe('invalidFilter');
  });

  it('resolves URNs of the base schema and of extensions without case [P-3.4.2.2-08, P-3.10-01, P9]', () => {
    expect(shape(check(`${PERSON_URN}:name.givenName eq "x"`))).toEqual(['name.givenName', 'eq', 'x']);
    expect(shape(check(`${WORK_URN.toUpperCase()}:EMPLOYEENUMBER eq "x"`))).toEqual([
      `${WORK_URN}:employeeNumber`,
      'eq',
      'x',
    ]);
    expect(shape(check(`${WORK_URN}:manager.VALUE pr`))).toEqual([`${WORK_URN}:manager.value`, 'pr']);
  });

  it('finds a bare extension attribute, the core one first [P-3.4.2.2-09]', () => {
    expect(shape(check('employeeNumber eq "1"'))).toEqual([`${WORK_URN}:employeeNumber`, 'eq', '1']);
    expect(shape(check('title eq "1"'))).toEqual(['title', 'eq', '1']);
  });

  it('refuses the URN of an extension alone', () => {
    expect(refusal(`${WORK_URN} pr`).scimType).toBe('invalidFilter');
    expect(refusal(`${WORK_URN} eq "x"`).scimType).toBe('invalidFilter');
  });

  const literals: Record<string, string> = {
    userName: '"x"',
    profileUrl: '"x"',
    badge: '"YQ=="',
    active: 'true',
    logins: '1',
    score: '1.5',
    hired: '"2024-01-01T00:00:00Z"',
  };
  const allowed: Record<string, string> = {
    userName: 'eq ne co sw ew gt ge lt le',
    profileUrl: 'eq ne co sw ew',
    badge: 'eq ne',
    active: 'eq ne',
    logins: 'eq ne gt ge lt le',
    score: 'eq ne gt ge lt le',
    hired: 'eq ne gt ge lt le',
  };
  const matrix = Object.keys(literals).flatMap((name) =>
    'eq ne co sw ew gt ge lt le'.split(' ').map((operator) => [name, operator] as const),
  );
  it.each(matrix)(
    'knows whether %s may be compared with %s [P-3.4.2.2-16, P-3.4.2.2-17]',
    (name, operator) => {
      const text = `${name} ${operator} ${literals[name]}`;
      if (allowed[name]!.split(' ').includes(operator)) expect(check(text).kind).toBe('compare');
      else expect(refusal(text).scimType).toBe('invalidFilter');
    },
  );

  it.each([
    ...[
      'userName eq 5',
      'userName eq true',
      'logins eq "5"',
      'score gt "1.5"',
      'active eq 1',
      'hired gt 2024',
    ],
    ...[
      'hired eq "2024-01-01"',
      'hired eq "x"',
      'hired eq "2024-02-30T00:00:00Z"',
      'badge eq 1',
      'profileUrl eq 1',
    ],
    ...['userName co null', 'userName sw 5', 'emails[primary eq "yes"]', 'tags eq 5', 'manager eq 5'],
  ])('refuses the literal of %s [P-3.4.2.2-07, F3]', (text) => {
    expect(refusal(text, Profile.default).scimType).toBe('invalidFilter');
  });

  it('takes quoted booleans only under the tolerance, and reports it [P-3.4.2.2-06, C1]', () => {
    const leniency = new Leniency(Profile.default);
    const typed = checkFilter(
      parseFilter('emails[primary eq "True"] or active eq "FALSE"'),
      PERSON,
      leniency,
    );
    expect(shape(typed)).toEqual([
      'or',
      ['emails', [['emails.primary', 'eq', true]]],
      ['active', 'eq', false],
    ]);
    expect(leniency.names).toEqual(['booleanStrings']);
    expect(refusal('active eq "True"').scimType).toBe('invalidFilter');
  });

  it('reports nothing for a filter that needs no tolerance', () => {
    const leniency = new Leniency(Profile.default);
    checkFilter(parseFilter('active eq true and userName eq "True"'), PERSON, leniency);
    expect(leniency.names).toEqual([]);
  });

  it('turns comparisons with null into presence, and order against null into false [P-3.4.2.2-23]', () => {
    expect(shape(check('title eq null'))).toEqual(['not', ['title', 'pr']]);
    expect(shape(check('title ne null'))).toEqual(['title', 'pr']);
    expect(shape(check('active eq null'))).toEqual(['not', ['active', 'pr']]);
    expect(shape(check('logins gt null or title le null'))).toEqual(['or', false, false]);
    expect(refusal('active gt null').scimType).toBe('invalidFilter');
  });

  it('compares a complex attribute by its value, if it has one [P-3.4.2.2-24]', () => {
    expect(shape(check('emails co "@x"'))).toEqual(['emails.value', 'co', '@x']);
    expect(shape(check(`${WORK_URN}:manager eq "x"`))).toEqual([`${WORK_URN}:manager.value`, 'eq', 'x']);
    expect(shape(check('emails pr and name pr and addresses pr'))).toEqual([
      'and',
      ['emails', 'pr'],
      ['name', 'pr'],
      ['addresses', 'pr'],
    ]);
    for (const text of ['name eq "x"', 'name eq null', 'addresses co "x"', 'meta eq "x"']) {
      expect(refusal(text).scimType).toBe('invalidFilter');
    }
  });

  it('reads brackets on single complex and on simple multi-valued attributes [P-3.4.2.2-11]', () => {
    expect(shape(check('name[givenName eq "x" and familyName pr]'))).toEqual([
      'and',
      ['name.givenName', 'eq', 'x'],
      ['name.familyName', 'pr'],
    ]);
    expect(shape(check('tags[VALUE sw "x"]'))).toEqual(['tags', [['tags', 'sw', 'x']]]);
    expect(refusal('userName[value eq "x"]').scimType).toBe('invalidFilter');
    expect(refusal('emails.value[value eq "x"]').scimType).toBe('invalidFilter');
  });

  it('makes a comparison after the brackets part of them, under the tolerance [P-3.4.2.2-12, F2]', () => {
    const leniency = new Leniency(Profile.default);
    const text = 'emails[type eq "work" and primary eq true].value eq "X"';
    const typed = checkFilter(parseFilter(text, { allowAfterValuePath: true }), PERSON, leniency);
    expect(typed).toEqual(check('emails[type eq "work" and primary eq true and value eq "X"]'));
    expect(leniency.names).toEqual(['filterAfterValuePath']);
    expect(shape(check('emails[type eq "a" or type eq "b"].value pr', Profile.default))).toEqual([
      'emails',
      [['and', ['or', ['emails.type', 'eq', 'a'], ['emails.type', 'eq', 'b']], ['emails.value', 'pr']]],
    ]);
    expect(refusal(text).scimType).toBe('invalidFilter');
  });

  it.each([
    'password eq "x"',
    'password pr',
    'not (password pr)',
    'emails.secret pr',
    'emails[secret sw "a"]',
  ])('refuses %s, which would tell what is never returned [D-24, S2]', (text) => {
    expect(refusal(text, Profile.default).scimType).toBe('invalidFilter');
  });

  it('filters by id, externalId, schemas and the moments in meta [P-3.4.2.2-26, P-3.4.2.2-28]', () => {
    for (const text of [
      'id eq "x"',
      'externalId eq "x"',
      'meta.created gt "2024-01-01T00:00:00Z"',
      'meta pr',
    ]) {
      expect(() => check(text)).not.toThrow();
    }
    expect(shape(check(`schemas eq "${WORK_URN}"`))).toEqual(['schemas', 'eq', WORK_URN.toLowerCase()]);
    expect(refusal('meta.location eq "x"').scimType).toBe('invalidFilter');
    expect(refusal('meta.version pr').scimType).toBe('invalidFilter');
  });

  it('makes literals comparable by the case rule of the attribute reached [P-3.4.2.2-19]', () => {
    expect(shape(check('userName eq "ÀBC"'))).toEqual(['userName', 'eq', 'àbc']);
    expect(shape(check('code eq "ÀBC"'))).toEqual(['code', 'eq', 'ÀBC']);
    expect(shape(check('profileUrl eq "ABC"'))).toEqual(['profileUrl', 'eq', 'ABC']);
    expect(shape(check(`${WORK_URN}:manager.value eq "ABC"`))).toEqual([
      `${WORK_URN}:manager.value`,
      'eq',
      'ABC',
    ]);
  });

  it('reads a dateTime as its instant [F3]', () => {
    expect(shape(check('hired eq "1970-01-01T01:00:00.5+01:00"'))).toEqual(['hired', 'eq', 500]);
  });

  it('names the attribute and the position, never the value', () => {
    const error = refusal('title pr and logins eq "s3cret"');
    expect(error.detail).toContain('logins');
    expect(error.detail).toContain('position 13');
    expect(error.detail).not.toContain('s3cret');
  });

  it('accepts every filter of the generator that its other laws rest on', () => {
    fc.assert(
      fc.property(typedFilterArbitrary(PERSON), (text) => {
        expect(() => check(text)).not.toThrow();
      }),
    );
  });
});

describe('checkElementFilter', () => {
  const leniency = new Leniency(Profile.strict);
  const emails = PERSON.attribute('emails')!;

  it('resolves names among the sub-attributes', () => {
    expect(shape(checkElementFilter(parseFilter('TYPE eq "Work"'), emails, leniency))).toEqual([
      'emails.type',
      'eq',
      'work',
    ]);
    expect(() => checkElementFilter(parseFilter('userName eq "x"'), emails, leniency)).toThrow(ScimError);
  });

  it('calls the elements of a simple attribute value', () => {
    const tags = PERSON.attribute('tags')!;
    expect(shape(checkElementFilter(parseFilter('value eq "X"'), tags, leniency))).toEqual([
      'tags',
      'eq',
      'x',
    ]);
  });

  it('refuses brackets', () => {
    expect(() => checkElementFilter(parseFilter('value[type pr]'), emails, leniency)).toThrow(
      'inside brackets',
    );
  });
});
