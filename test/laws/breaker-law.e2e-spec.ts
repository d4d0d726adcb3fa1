import fc from 'fast-check';
import { ScimBreaker } from 'nestjs-scim';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createUser, fresh } from '../support/resources.js';
import { bootScim, type ScimApp } from '../support/scim-app.js';
import type { ScimClient } from '../support/scim-client.js';

const WINDOW_SECONDS = 3600;
const SHARE = 0.4;
const MINIMUM = 2;
const CONNECTIONS = ['default', 'strict'] as const;

type Step =
  | { readonly kind: 'deactivate' | 'reactivate' | 'delete'; readonly by: 0 | 1; readonly user: number }
  | { readonly kind: 'create'; readonly by: 0 | 1; readonly active: boolean }
  | { readonly kind: 'release'; readonly by: 0 | 1 }
  | { readonly kind: 'wait' };

const by = fc.constantFrom(0 as const, 1 as const);
const user = fc.nat({ max: 30 });
const loss = fc.record({ kind: fc.constantFrom('deactivate' as const, 'delete' as const), by, user });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: loss },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('reactivate' as const), by, user }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('create' as const), by, active: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('release' as const), by }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const) }) },
);

/** What a connection may do, told in the plainest way: windows never overlap here, because a wait is longer. */
class BreakerModel {
  private lost = 0;
  private active: number | undefined;
  tripped = false;

  /** Whether one more user may lose access; `others`: active users besides. */
  lose(others: number): boolean {
    if (this.tripped) return false;
    if (this.lost + 1 > MINIMUM) this.active ??= others + this.lost + 1;
    const allowed = Math.max(MINIMUM, Math.floor(SHARE * (this.active ?? 0)));
    if (this.lost + 1 > allowed) this.tripped = true;
    else this.lost++;
    return !this.tripped;
  }

  wait(): void {
    this.lost = 0;
    this.active = undefined;
  }

  release(): void {
    this.wait();
    this.tripped = false;
  }
}

describe('the breaker', () => {
  let scim: ScimApp;
  beforeAll(async () => {
    const breaker = { share: SHARE, minimum: MINIMUM, windowSeconds: WINDOW_SECONDS };
    scim = await bootScim({ scim: { breaker, validateAnswers: false } });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
  });
  afterAll(async () => {
    vi.useRealTimers();
    await scim.close();
  });

  it('lets through and refuses what a plain model does, and refused requests change nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
        await play(scim, steps);
      }),
      { numRuns: 25 },
    );
  });
});

async function play(scim: ScimApp, steps: readonly Step[]): Promise<void> {
  const tenant = fresh('t');
  const clients: ScimClient[] = [];
  for (const profile of CONNECTIONS) clients.push(await scim.client({ tenant, profile }));
  const breaker = scim.app.get(ScimBreaker, { strict: false });
  const ids = new Map((await scim.tokens.connections(tenant)).map(({ name, id }) => [name, id]));
  const models = [new BreakerModel(), new BreakerModel()];
  const users = new Map<string, boolean>();
  for (let i = 0; i < 8; i++) users.set((await createUser(clients[0]!)).id as string, true);
  const chosen = (place: number): string | undefined => [...users.keys()][place % Math.max(1, users.size)];
  const others = (id: string): number =>
    [...users].filter(([other, active]) => other !== id && active).length;
  const set = (client: ScimClient, id: string, active: boolean) =>
    client.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: active }]);

  for (const one of steps) {
    if (one.kind === 'wait') {
      vi.setSystemTime(Date.now() + 2 * WINDOW_SECONDS * 1000);
      models.forEach((model) => model.wait());
      continue;
    }
    const [client, model] = [clients[one.by]!, models[one.by]!];
    if (one.kind === 'create') {
      users.set((await createUser(client, { active: one.active })).id as string, one.active);
      continue;
    }
    if (one.kind === 'release') {
      const released = breaker.release(tenant, ids.get(`${CONNECTIONS[one.by]}-idp`)!);
      if (model.tripped) await released;
      else await expect(released).rejects.toMatchObject({ code: 'notStopped' });
      // A release of what was not stopped changes nothing.
      if (model.tripped) model.release();
      continue;
    }
    const id = chosen(one.user);
    if (id === undefined) continue;
    const active = users.get(id)!;
    if (one.kind === 'reactivate') {
      expect((await set(client, id, true)).status).toBe(200);
      users.set(id, true);
    } else if (one.kind === 'deactivate') {
      const allowed = !active || model.lose(others(id));
      expect((await set(client, id, false)).status).toBe(allowed ? 200 : 429);
      if (allowed) users.set(id, false);
    } else {
      const allowed = active ? model.lose(others(id)) : !model.tripped;
      expect((await client.delete(`/Users/${id}`)).status).toBe(allowed ? 204 : 429);
      if (allowed) users.delete(id);
    }
  }
  const { body } = await clients[0]!.get('/Users', { query: { count: 200 } });
  const stored = (body.Resources as { id: string; active: boolean }[]).map(({ id, active }) => [id, active]);
  expect(new Map(stored as [string, boolean][])).toEqual(users);
}
