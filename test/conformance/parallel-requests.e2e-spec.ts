import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUser } from '../support/resources.js';
import { ADAPTERS, type ScimApp } from '../support/scim-app.js';
import { bootScimOn } from '../support/scim-on-database.js';

describe.each(ADAPTERS)('requests that are authenticated at the same time on %s', (adapter) => {
  let scim: ScimApp;
  beforeAll(async () => {
    // Every request looks its token up in a database that takes a while, so that many look-ups are under way together.
    scim = await bootScimOn('postgres', { adapter, scim: { tokenCacheSeconds: 0 } });
  });
  afterAll(() => scim.close());

  it('each get an answer, and that of their own tenant [S3, D-51]', async () => {
    const tenants = ['red', 'green', 'blue', 'black'];
    const clients = await Promise.all(tenants.map((tenant) => scim.client({ tenant })));
    const own = await Promise.all(clients.map(async (client) => (await createUser(client)).id as string));
    const rounds = Array.from({ length: 15 }, (_, i) => i);
    const answers = await Promise.all(
      rounds.flatMap(() =>
        clients.map(async (client, i) => {
          const foreign = client.get(`/Users/${own[(i + 1) % own.length]}`);
          const [listed, refused, unknown] = await Promise.all([
            client.get('/Users'),
            foreign,
            client.as('scim_not_a_token').get('/Users'),
          ]);
          const ids = listed.body.Resources.map(({ id }: { id: string }) => id) as string[];
          return { own: ids.join() === own[i], refused: refused.status, unknown: unknown.status };
        }),
      ),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(
      new Set(['{"own":true,"refused":404,"unknown":401}']),
    );
  });
});
