import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSignOn } from './read-sign-on.js';
import type { SignOn } from './sign-on.js';

const given = (more: Partial<SignOn>): SignOn => ({ tenantId: 'acme', emailVerified: false, ...more });
const kinds = (more: Partial<SignOn>): string[] => readSignOn(given(more)).keys.map(({ kind }) => kind);

describe('The claims of a sign-on', () => {
  it('are tried from the strongest to the weakest', () => {
    const all = {
      email: 'ann@acme.example',
      emailVerified: true,
      userName: 'ann',
      externalId: 'e1',
      issuer: 'https://idp.example',
      subject: 's1',
    };
    expect(kinds(all)).toEqual(['subject', 'externalId', 'userName', 'email']);
  });

  it.each([
    [{ email: 'ann@acme.example' }, [], true],
    [{ email: 'ann@acme.example', emailVerified: true }, ['userName', 'email'], false],
    [{ userName: 'ann@acme.example' }, [], true],
    [{ userName: 'ann@acme.example', userNameVerified: true }, ['userName'], false],
    [
      { userName: 'Ann@acme.example', email: 'ann@ACME.example', emailVerified: true },
      ['userName', 'email'],
      false,
    ],
    [{ userName: 'boss@acme.example', email: 'ann@acme.example', emailVerified: true }, ['email'], true],
    [{ userName: 'ann', email: 'ann@acme.example' }, ['userName'], true],
    [{ userName: 'ann' }, ['userName'], false],
    [{ userName: 'ann@acme.example', emailVerified: true }, [], true],
    [{ userName: '', email: '', externalId: '' }, [], false],
  ])('that may be believed of %j are %j [L5]', (claims, expected, unverified) => {
    expect(kinds(claims)).toEqual(expected);
    expect(readSignOn(given(claims)).unverified).toBe(unverified);
  });

  it('never lead to an address that is not verified, whatever else is claimed [L5]', () => {
    const text = fc.constantFrom(
      undefined,
      'ann',
      'ann@acme.example',
      'eve@evil.example',
      'ANN@acme.example',
    );
    const claims = fc.record({
      tenantId: fc.constant('acme'),
      emailVerified: fc.boolean(),
      email: text,
      userName: text,
      externalId: text,
    });
    fc.assert(
      fc.property(claims, (signOn) => {
        const verified = signOn.emailVerified ? signOn.email?.toLowerCase() : undefined;
        for (const key of readSignOn(signOn).keys) {
          if (key.kind === 'subject' || key.kind === 'externalId' || !key.value.includes('@')) continue;
          expect(key.value.toLowerCase()).toBe(verified);
        }
      }),
    );
  });

  it('tell persons apart by issuer and subject together', () => {
    const subjectOf = (issuer: string, subject: string): unknown =>
      readSignOn(given({ issuer, subject })).subject;
    const one = subjectOf('https://a.example', 'bc');
    expect(subjectOf('https://a.example', 'bc')).toEqual(one);
    for (const [issuer, subject] of [
      ['https://a.exampleb', 'c'],
      ['https://a.example', 'BC'],
      ['https://b.example', 'bc'],
    ] as const) {
      expect(subjectOf(issuer, subject)).not.toEqual(one);
    }
    expect(JSON.stringify(one)).not.toContain('bc"');
  });
});
