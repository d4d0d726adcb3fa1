import fc from 'fast-check';
import { ScimIdentity, type SignOn, type SignOnOutcome } from 'nestjs-scim';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEachDatabase } from '../support/databases.js';
import { fresh, user } from '../support/resources.js';
import type { ScimApp } from '../support/scim-app.js';
import { bootScimOn } from '../support/scim-on-database.js';

const PEOPLE = 3;

/** What happens, each to one of some people. */
type Step =
  | {
      readonly kind: 'signOn';
      readonly who: number;
      /** The person, the next owner of the mailbox, or a provider without subjects. */
      readonly as: 'owner' | 'heir' | 'nameless';
      readonly claims: 'email' | 'userName' | 'both';
      readonly externalId: boolean;
    }
  | { readonly kind: 'impostor'; readonly who: number; readonly claims: 'email' | 'userName' | 'both' }
  | { readonly kind: 'post'; readonly who: number; readonly externalId: boolean; readonly emails: string }
  | { readonly kind: 'activate' | 'deactivate' | 'delete'; readonly who: number };

const who = fc.nat({ max: PEOPLE - 1 });
const claims = fc.constantFrom('email', 'userName', 'both');
const stepArbitrary = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('signOn'),
      who,
      as: fc.constantFrom('owner', 'owner', 'heir', 'nameless'),
      claims,
      externalId: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('impostor'), who, claims }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('post'),
      who,
      externalId: fc.boolean(),
      emails: fc.constantFrom('none', 'own', 'foreign'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('activate', 'deactivate', 'delete'), who }) },
) as fc.Arbitrary<Step>;

/** What there is of a person, told without any look-up. */
interface Account {
  id: string | undefined;
  active: boolean;
  by: 'scim' | 'jit';
  /** Whether the account was made with a verified address. */
  address: boolean;
  /** Who it is linked to. */
  subject: string | undefined;
  /** Whether an account of that name was deleted. */
  deleted: boolean;
}

describeEachDatabase('sign-on and provisioning against a model', (database) => {
  let scim: ScimApp;
  let identity: ScimIdentity;
  beforeAll(async () => {
    scim = await bootScimOn(database, {
      scim: { identity: { justInTime: 'create', link: ['externalId', 'userName', 'email'] } },
    });
    identity = scim.app.get(ScimIdentity);
  });
  afterAll(() => scim.close());

  it('give one account to each person, and to nobody that of another [L1, L5]', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(stepArbitrary, { minLength: 3, maxLength: 14 }), async (steps) => {
        const tenantId = fresh('tenant');
        const client = await scim.client({ tenant: tenantId });
        const accounts = Array.from({ length: PEOPLE }, (): Account => ({
          id: undefined,
          active: false,
          by: 'scim',
          address: false,
          subject: undefined,
          deleted: false,
        }));
        const nameOf = (person: number): string => `p${person}@acme.example`;

        const signOn = async (step: Step & { kind: 'signOn' }): Promise<void> => {
          const account = accounts[step.who]!;
          const name = nameOf(step.who);
          const subject = step.as === 'nameless' ? undefined : `${step.as}-${step.who}`;
          const given: SignOn = {
            tenantId,
            emailVerified: true,
            ...(subject === undefined ? {} : { issuer: 'https://idp.example', subject }),
            ...(step.claims === 'userName' ? {} : { email: name.toUpperCase() }),
            ...(step.claims === 'email' ? {} : { userName: name, userNameVerified: true }),
            ...(step.externalId ? { externalId: `x${step.who}` } : {}),
          };
          const outcome = await identity.resolve(given);
          const expected = expectedOutcome(account, subject);
          expect(shown(outcome), JSON.stringify(step)).toEqual(expected);
          if (outcome.kind === 'refused') return;
          if (outcome.kind === 'created') {
            account.id = outcome.user.id;
            Object.assign(account, { active: true, by: 'jit', address: step.claims !== 'userName' });
          }
          expect(outcome.user.id).toBe(account.id);
          account.subject ??= subject;
        };

        const impostor = async (step: Step & { kind: 'impostor' }): Promise<void> => {
          const name = nameOf(step.who);
          const outcome = await identity.resolve({
            tenantId,
            emailVerified: false,
            issuer: 'https://idp.example',
            subject: 'impostor',
            ...(step.claims === 'userName' ? {} : { email: name }),
            ...(step.claims === 'email' ? {} : { userName: name }),
          });
          expect(outcome).toEqual({ kind: 'refused', reason: 'unverified' });
        };

        const post = async (step: Step & { kind: 'post' }): Promise<void> => {
          const account = accounts[step.who]!;
          const address = step.emails === 'own' ? nameOf(step.who) : 'eve@evil.example';
          const emails = step.emails === 'none' ? {} : { emails: [{ value: address }] };
          const externalId = step.externalId ? { externalId: `x${step.who}` } : {};
          const body = user({ userName: nameOf(step.who), ...externalId, ...emails });
          const moves = account.address && step.emails === 'foreign';
          const adopts = account.active && account.by === 'jit' && !moves;
          const reply = await client.post('/Users', body);
          expect(reply.status, JSON.stringify(step)).toBe(account.id === undefined || adopts ? 201 : 409);
          if (reply.status !== 201) return;
          if (account.id !== undefined) expect(reply.body.id).toBe(account.id);
          account.id = reply.body.id as string;
          Object.assign(account, { active: true, by: 'scim' });
        };

        for (const step of steps) {
          const account = accounts[step.who]!;
          if (step.kind === 'signOn') await signOn(step);
          else if (step.kind === 'impostor') await impostor(step);
          else if (step.kind === 'post') await post(step);
          else if (account.id === undefined) continue;
          else if (step.kind === 'delete') {
            expect((await client.delete(`/Users/${account.id}`)).status).toBe(204);
            Object.assign(account, { id: undefined, active: false, subject: undefined, deleted: true });
          } else {
            account.active = step.kind === 'activate';
            const change = [{ op: 'replace', path: 'active', value: account.active }];
            expect((await client.patch(`/Users/${account.id}`, change)).status).toBe(200);
          }
        }
        const { Resources } = (await client.get('/Users')).body as { Resources: { id: string }[] };
        const alive = accounts.flatMap(({ id }) => id ?? []);
        expect(Resources.map(({ id }) => id).toSorted()).toEqual(alive.toSorted());
      }),
      { numRuns: 40 },
    );
  }, 240_000);
});

/** The rules of the guide in their order. */
function expectedOutcome(account: Account, subject: string | undefined): string {
  if (account.id === undefined) return account.deleted ? 'deleted' : 'created';
  if (!account.active) return 'deactivated';
  if (subject !== undefined && account.subject !== undefined && account.subject !== subject)
    return 'ambiguous';
  return account.by === 'jit' ? 'linked' : 'provisioned';
}

function shown(outcome: SignOnOutcome): string {
  return outcome.kind === 'refused' ? outcome.reason : outcome.kind;
}
