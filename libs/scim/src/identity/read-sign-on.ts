import { createHash } from 'node:crypto';
import { KEY_LENGTH } from '../protocol/resource/read-context.js';
import { isWellFormed } from '../protocol/text/well-formed.js';
import { isAddress, sameName } from './address.js';
import { ScimIdentityError } from './identity-error.js';
import type { AccountKey, Subject } from './identity-store.js';
import type { SignOn } from './sign-on.js';

/** A sign-on in the form in which it is decided over. */
export interface ReadSignOn {
  readonly signOn: SignOn;
  readonly subject: Subject | undefined;
  /** What may be believed, the strongest first. */
  readonly keys: readonly AccountKey[];
  /** Whether an address was left out because nobody has verified it. */
  readonly unverified: boolean;
  /** The login name that a new account gets. */
  readonly userName: string | undefined;
  /** The verified address. */
  readonly email: string | undefined;
}

const TEXTS = [
  'issuer',
  'subject',
  'externalId',
  'userName',
  'email',
  'displayName',
  'givenName',
  'familyName',
] as const;

/** Longest issuer and subject: they are hashed, and longer ones are nobody's (OpenID Connect: 255). */
const SUBJECT_LENGTH = 2048;

/**
 * Sorts out what may be believed. An address that nobody has verified leads to no account: not as `email`, and not as a
 * `userName` that looks like one (security: whoever can enter an address anywhere would be who it belongs to).
 *
 * @throws ScimIdentityError for a description that cannot be used
 */
export function readSignOn(given: SignOn): ReadSignOn {
  const signOn = tidy(given);
  const { issuer, subject: name, externalId, userName, email, emailVerified } = signOn;
  const subject = name === undefined || issuer === undefined ? undefined : subjectOf(issuer, name);
  const verified = emailVerified ? email : undefined;
  // Without a login name the address is it.
  const login = userName ?? verified;
  const believed =
    login !== undefined &&
    (!isAddress(login) ||
      signOn.userNameVerified === true ||
      (verified !== undefined && sameName(login, verified)));
  const keys: AccountKey[] = [
    ...(subject ? [{ kind: 'subject', subject } as const] : []),
    ...(externalId === undefined ? [] : [{ kind: 'externalId', value: externalId } as const]),
    ...(believed ? [{ kind: 'userName', value: login } as const] : []),
    ...(verified === undefined ? [] : [{ kind: 'email', value: verified } as const]),
  ];
  return {
    signOn,
    subject,
    keys,
    unverified: (email !== undefined && !emailVerified) || (userName !== undefined && !believed),
    userName: login,
    email: verified,
  };
}

/** Empty texts are none; others must be what a database can hold. */
function tidy(given: SignOn): SignOn {
  const { tenantId, emailVerified } = given;
  if (typeof tenantId !== 'string' || tenantId === '') throw new ScimIdentityError('tenantId is required.');
  // A claim such as 'false' is true in JavaScript.
  if (typeof emailVerified !== 'boolean') {
    throw new ScimIdentityError('emailVerified must be true or false.');
  }
  const texts: Partial<Record<(typeof TEXTS)[number], string>> = {};
  for (const name of TEXTS) {
    const text: unknown = given[name];
    if (text === undefined || text === null || text === '') continue;
    const longest = name === 'issuer' || name === 'subject' ? SUBJECT_LENGTH : KEY_LENGTH;
    if (typeof text !== 'string' || text.length > longest || text.includes('\0') || !isWellFormed(text)) {
      throw new ScimIdentityError(`${name} must be a text of at most ${longest} characters.`);
    }
    texts[name] = text;
  }
  if ((texts.subject === undefined) !== (texts.issuer === undefined)) {
    throw new ScimIdentityError('issuer and subject belong together.');
  }
  return { tenantId, emailVerified, userNameVerified: given.userNameVerified === true, ...texts };
}

function subjectOf(issuer: string, subject: string): Subject {
  const hash = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
  const issuerKey = hash(issuer);
  return { issuerKey, subjectKey: hash(`${issuerKey}${subject}`) };
}
