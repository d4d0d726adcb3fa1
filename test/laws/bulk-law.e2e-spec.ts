import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENTERPRISE, fresh, group, user } from '../support/resources.js';
import { bootScim, type ScimApp } from '../support/scim-app.js';
import type { ScimClient } from '../support/scim-client.js';

const REQUEST = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** An operation of a random request. Numbers stand for creates, by place among the creates; one too high for none. */
type Step =
  | { readonly kind: 'user'; readonly name: number; readonly manager?: number; readonly valid: boolean }
  | { readonly kind: 'group'; readonly name: number; readonly members: readonly number[] }
  | { readonly kind: 'join'; readonly group: number; readonly member: number };

/** Creates with references in any direction, circles included, among them changes of groups, in any order. */
const requestArbitrary: fc.Arbitrary<{ steps: Step[]; deleted: number[] }> = fc
  .integer({ min: 2, max: 9 })
  .chain((creates) => {
    const any = fc.integer({ min: 0, max: creates - 1 });
    const orNobody = fc.oneof({ weight: 30, arbitrary: any }, { weight: 1, arbitrary: fc.constant(creates) });
    const makes = Array.from({ length: creates }, (_, name) =>
      fc.oneof(
        fc.record({
          kind: fc.constant('user' as const),
          name: fc.constant(name),
          manager: fc.option(orNobody, { nil: undefined }),
          valid: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
        }),
        fc.record({
          kind: fc.constant('group' as const),
          name: fc.constant(name),
          members: fc.uniqueArray(orNobody, { maxLength: 3 }),
        }),
      ),
    );
    const joins = fc.array(fc.record({ kind: fc.constant('join' as const), group: any, member: orNobody }), {
      maxLength: 4,
    });
    return fc
      .tuple(fc.tuple(...makes), joins, fc.uniqueArray(any, { maxLength: 2 }))
      .chain(([made, joined, deleted]) =>
        fc
          .shuffledSubarray<Step>([...made, ...joined], { minLength: made.length + joined.length })
          .map((steps) => ({ steps, deleted })),
      );
  });

const id = (name: number): string => `bulkId:n${name}`;

function operationOf(step: Step, prefix: string): object {
  switch (step.kind) {
    case 'user': {
      const manager =
        step.manager === undefined ? {} : { [ENTERPRISE]: { manager: { value: id(step.manager) } } };
      const userName = step.valid ? `${prefix}-${step.name}` : 7;
      return {
        method: 'POST',
        path: '/Users',
        bulkId: `n${step.name}`,
        data: user({ userName, ...manager }),
      };
    }
    case 'group': {
      const members = step.members.map((member) => ({ value: id(member) }));
      const data = group({ displayName: `${prefix}-${step.name}`, members });
      return { method: 'POST', path: '/Groups', bulkId: `n${step.name}`, data };
    }
    case 'join': {
      const operation = { op: 'add', path: 'members', value: [{ value: id(step.member) }] };
      const data = { schemas: [PATCH], Operations: [operation] };
      return { method: 'PATCH', path: `/Groups/${id(step.group)}`, data };
    }
  }
}

interface Model {
  /** By place in the request. */
  readonly succeeds: boolean[];
  /** By name: the names that it refers to afterwards. */
  readonly state: Map<string, string[]>;
}

/**
 * What must come out, found without any order: creates fail when they are wrong or, to a fixed point, refer to one that
 * fails; all that are left exist at the same time and refer to each other freely.
 */
function model({ steps, deleted }: { steps: readonly Step[]; deleted: readonly number[] }): Model {
  const kinds = new Map<number, Exclude<Step, { kind: 'join' }>>();
  for (const step of steps) if (step.kind !== 'join') kinds.set(step.name, step);
  const needs = (step: Step): number[] => {
    if (step.kind === 'user') return step.manager === undefined ? [] : [step.manager];
    return step.kind === 'group' ? [...step.members] : [step.group, step.member];
  };
  const wrong = (step: Step): boolean => {
    if (step.kind === 'user') return !step.valid;
    if (step.kind === 'group') return step.members.includes(step.name);
    return step.group === step.member || kinds.get(step.group)?.kind !== 'group';
  };
  const alive = new Set([...kinds.values()].filter((step) => !wrong(step)).map(({ name }) => name));
  for (let before = -1; before !== alive.size;) {
    before = alive.size;
    for (const name of alive)
      if (!needs(kinds.get(name)!).every((needed) => alive.has(needed))) alive.delete(name);
  }
  const succeeds = steps.map((step) =>
    step.kind === 'join'
      ? !wrong(step) && needs(step).every((name) => alive.has(name))
      : alive.has(step.name),
  );
  const links = new Map<number, Set<number>>(
    [...alive].map((name) => [name, new Set(needs(kinds.get(name)!))]),
  );
  steps.forEach((step, place) => {
    if (step.kind === 'join' && succeeds[place]) links.get(step.group)!.add(step.member);
  });
  const gone = new Set(deleted.filter((name) => kinds.get(name)?.kind === 'user'));
  const state = new Map(
    [...links]
      .filter(([name]) => !gone.has(name))
      .map(([name, targets]) => [
        String(name),
        [...targets]
          .filter((target) => !gone.has(target))
          .map(String)
          .toSorted(),
      ]),
  );
  return { succeeds, state };
}

/** Names that each resource refers to, read back over HTTP. */
async function stateOf(client: ScimClient, prefix: string): Promise<Map<string, string[]>> {
  const query = { count: 200 };
  const users = (await client.get('/Users', { query })).body.Resources;
  const groups = (await client.get('/Groups', { query })).body.Resources;
  const short = (name: string): string => name.slice(prefix.length + 1);
  const names = new Map<string, string>();
  for (const { id: key, userName } of users) names.set(key, short(userName));
  for (const { id: key, displayName } of groups) names.set(key, short(displayName));
  const state = new Map<string, string[]>();
  for (const found of users) {
    const manager = found[ENTERPRISE]?.manager?.value;
    state.set(names.get(found.id)!, manager === undefined ? [] : [names.get(manager)!]);
  }
  for (const found of groups) {
    const members = found.members.map(({ value }: { value: string }) => names.get(value)!);
    state.set(names.get(found.id)!, members.toSorted());
  }
  return state;
}

describe('Bulk against a model', () => {
  let scim: ScimApp;
  beforeAll(async () => {
    scim = await bootScim();
  });
  afterAll(() => scim.close());

  it.each([[undefined], [1000]])(
    'gives the state and the results of a legal order for every graph, failOnErrors %s [P-3.7-11, P-3.7.1-01, P-3.7.2-03, B1]',
    async (failOnErrors) => {
      await fc.assert(
        fc.asyncProperty(requestArbitrary, async (request) => {
          const client = await scim.client({ tenant: fresh('bulk') });
          const prefix = fresh();
          const operations = [
            ...request.steps.map((step) => operationOf(step, prefix)),
            ...request.deleted.map((name) => ({ method: 'DELETE', path: `/Users/${id(name)}` })),
          ];
          const reply = await client.post('/Bulk', {
            schemas: [REQUEST],
            failOnErrors,
            Operations: operations,
          });
          expect(reply.status).toBe(200);
          const expected = model(request);
          const results = reply.body.Operations.slice(0, request.steps.length) as { status: string }[];
          expect(results.map(({ status }) => status < '300')).toEqual(expected.succeeds);
          expect(await stateOf(client, prefix)).toEqual(expected.state);
        }),
        { numRuns: 60 },
      );
    },
    120_000,
  );
});
