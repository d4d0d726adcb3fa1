import { Injectable } from '@nestjs/common';
import { OnScimEvent, Outbox, runScimCommand, ScimEvent, ScimTokens } from 'nestjs-scim';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../support/outbox-rows.js';
import { createUser } from '../support/resources.js';
import type { ScimApp } from '../support/scim-app.js';
import { bootScimOn } from '../support/scim-on-database.js';

@Injectable()
class Journal {
  broken = true;
  readonly told: string[] = [];

  @OnScimEvent(ScimEvent)
  hear(event: ScimEvent): void {
    if (this.broken) throw new RangeError('ada@example.com is out of range');
    this.told.push(event.id);
  }
}

describe('the commands on the outbox', () => {
  let scim: ScimApp;
  let journal: Journal;
  beforeAll(async () => {
    scim = await bootScimOn('sqlite', {
      scim: { outbox: { attempts: 1 } },
      host: { providers: [Journal] },
    });
    journal = scim.app.get(Journal);
  });
  afterAll(() => scim.close());

  async function run(...argv: string[]) {
    let [out, err] = ['', ''];
    const services = {
      tokens: scim.app.get(ScimTokens),
      outbox: scim.app.get(Outbox),
      baseUrl: 'https://api.example.com/scim/v2',
      out: (text: string) => (out += text),
      err: (text: string) => (err += text),
    };
    const code = await runScimCommand(services, ['outbox', ...argv]);
    return { code, out, err };
  }

  it('show what waits and what was given up, and have it delivered again', async () => {
    const { id } = await createUser(await scim.client());
    await until(async () => (await scim.app.get(Outbox).status()).dead === 1);
    expect((await run('status')).out).toBe('Undelivered  0\nOldest       0 s\nDead         1\n');
    expect(JSON.parse((await run('status', '--tenant', 'other', '--json')).out)).toEqual({
      undelivered: 0,
      oldestSeconds: 0,
      dead: 0,
    });
    const listed = (await run('dead')).out;
    expect(listed).toContain(`User:${id}`);
    expect(listed).toContain('RangeError');
    expect(listed).not.toContain('ada@example.com');
    const [dead] = JSON.parse((await run('dead', '--json', '--limit', '1')).out) as { id: string }[];
    journal.broken = false;
    expect((await run('retry', '--tenant', 'acme', '--id', dead!.id)).out).toContain('1 event will');
    await until(() => journal.told.length === 1);
    expect((await run('dead')).out).toBe('No event was given up.\n');
    await until(async () => (await scim.app.get(Outbox).status()).undelivered === 0);
    expect((await run('replay', '--tenant', 'acme', '--stream', `User:${id}`)).out).toContain('1 event will');
    await until(() => journal.told.length === 2);
    expect(journal.told).toEqual([dead!.id, dead!.id]);
    expect((await run('replay', '--tenant', 'acme', '--from', '2099-01-01T00:00:00Z')).out).toContain(
      '0 events',
    );
  });

  it.each([
    [['replay', '--tenant', 'acme'], /--id, --stream or --from/],
    [['replay', '--tenant', 'acme', '--from', 'yesterday'], /--from is a time/],
    [['replay', '--tenant', 'acme', '--id', 'x', '--from-sequence', '3'], /goes with --stream/],
    [['retry', '--id', 'x'], /--tenant/],
  ])('refuse %j', async (argv, message) => {
    const { code, err } = await run(...argv);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });
});
