import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Profile } from '../compat/profile.js';
import { ScimError } from '../error/scim-error.js';
import type { JsonObject, JsonValue } from '../schema/json.js';
import { USER_SCHEMA } from '../schema/schema-urns.js';
import { ann, patch } from './testing/patch-request.js';
import { ModelRefusal, patchSlowly, type ModelOperation } from './testing/slow-patch-model.js';

const word = fc.constantFrom<string>('a', 'A', 'b', 'c d');
/** A strict connection takes no blank in a userName (D-48). */
const account = fc.constantFrom<string>('a', 'A', 'b', 'c.d');
const address = fc.constantFrom<string>('a@x.example', 'A@x.example', 'b@x.example', 'c@x.example');
const optional = { requiredKeys: [] };
const nameValue = fc.record({ givenName: fc.option(word), familyName: fc.option(word) }, optional);
const element = fc.record(
  {
    value: address,
    type: fc.constantFrom<string>('work', 'Work', 'home'),
    display: word,
    primary: fc.boolean(),
  },
  { requiredKeys: ['value'] },
);

/** Lists as they are stored: no element twice, at most one primary. */
const storedEmails = fc
  .uniqueArray(element, {
    minLength: 1,
    maxLength: 4,
    selector: (e) => `${e.value.toLowerCase()} ${e.type?.toLowerCase() ?? ''}`,
  })
  .map((list) => {
    const first = list.findIndex((e) => e.primary === true);
    return list.map((e, index) => (e.primary === true && index !== first ? { ...e, primary: false } : e));
  });

const documents = fc
  .record({ title: word, name: fc.record({ givenName: word }), emails: storedEmails }, optional)
  .map((more) => ann(more as JsonObject));

/** No element twice in one value either: how such a value is merged is told elsewhere (S-2.4-04). */
const sentEmails = fc.uniqueArray(element, {
  maxLength: 2,
  selector: (e) => `${e.value.toLowerCase()} ${e.type?.toLowerCase() ?? ''}`,
});

const filters = fc.constantFrom(
  '[type eq "work"]',
  '[primary eq true]',
  '[primary eq false]',
  '[not (type pr)]',
);
const verbs = fc.constantFrom<ModelOperation['op']>('add', 'remove', 'replace');
const elementPart = fc.record(
  {
    display: fc.option(word),
    primary: fc.boolean(),
    type: fc.option(fc.constantFrom<string>('work', 'home')),
  },
  optional,
);

const targets: fc.Arbitrary<{ path: string; value: JsonValue }> = fc.oneof(
  fc.record({ path: fc.constantFrom('title', 'name.givenName'), value: fc.option(word) }),
  fc.record({ path: fc.constant('userName'), value: fc.option(account) }),
  fc.record({ path: fc.constant('name'), value: fc.option(nameValue) }),
  fc.record({ path: fc.constant('emails'), value: fc.option(fc.oneof(sentEmails, element)) }),
  fc.record({ path: filters.map((filter) => `emails${filter}`), value: fc.option(elementPart) }),
  fc.record({
    path: filters.map((filter) => `emails${filter}.display`),
    value: fc.option(word),
  }),
  fc.record({ path: filters.map((filter) => `emails${filter}.primary`), value: fc.boolean() }),
  fc.record({ path: fc.constant('emails.display'), value: fc.option(word) }),
) as fc.Arbitrary<{ path: string; value: JsonValue }>;

const operations: fc.Arbitrary<ModelOperation[]> = fc.array(
  fc
    .tuple(verbs, targets)
    .map(([op, { path, value }]) => (op === 'remove' ? { op, path } : { op, path, value })),
  { minLength: 1, maxLength: 5 },
);

function outcome(run: () => JsonObject): { document: JsonObject } | { refused: string | undefined } {
  try {
    return { document: run() };
  } catch (error) {
    if (error instanceof ModelRefusal) return { refused: error.word };
    if (error instanceof ScimError) return { refused: error.scimType };
    throw error;
  }
}

const asSent = (list: readonly ModelOperation[]): JsonValue[] => list.map((operation) => ({ ...operation }));

describe('applyPatch on random requests', () => {
  it('does what the slow model does [P-3.5.2-11, P-3.5.2-12, P-3.5.2.1-01, P-3.5.2.2-01, P-3.5.2.3-01]', () => {
    fc.assert(
      fc.property(documents, operations, (document, list) => {
        // patch() checks that neither document nor operations were changed, also when the request is refused.
        const engine = outcome(() => patch(document, asSent(list)).document);
        expect(engine).toEqual(outcome(() => patchSlowly(document, list)));
      }),
      { numRuns: 2000 },
    );
  });

  it('changes nothing when one and the same value is assigned again [P-3.5.2-17, D-32]', () => {
    const assignments = fc.tuple(fc.constantFrom('add' as const, 'replace' as const), targets);
    fc.assert(
      fc.property(documents, assignments, (document, [op, target]) => {
        // A filter on what the operation itself changes may select others the second time.
        fc.pre(!target.path.includes('['));
        const operation = [{ op, ...target }];
        const first = outcome(() => patch(document, operation).document);
        fc.pre('document' in first);
        const again = patch('document' in first ? first.document : document, operation);
        expect(again.changed).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps at most one primary element, and schemas in step [V1, P-3.5.2-14, P11]', () => {
    fc.assert(
      fc.property(documents, operations, (document, list) => {
        const result = outcome(() => patch(document, asSent(list), { profile: Profile.default }).document);
        fc.pre('document' in result);
        if (!('document' in result)) return;
        const emails = (result.document['emails'] ?? []) as JsonObject[];
        expect(emails.filter(({ primary }) => primary === true).length).toBeLessThanOrEqual(1);
        expect(result.document['schemas']).toEqual([USER_SCHEMA]);
      }),
      { numRuns: 500 },
    );
  });

  it('answers any path and value with a result or a ScimError [S1]', () => {
    const paths = fc.oneof(
      fc.string(),
      fc.constantFrom('emails', 'name', 'schemas', '__proto__', 'meta', 'id'),
    );
    fc.assert(
      fc.property(documents, verbs, paths, fc.jsonValue(), (document, op, path, value) => {
        const operation = { op, path, value: value as JsonValue };
        outcome(() => patch(document, [operation], { profile: Profile.default }).document);
        outcome(() => patch(document, [{ op, value: value as JsonValue }]).document);
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
