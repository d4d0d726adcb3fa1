import type { ScimClient, ScimReply } from '../support/scim-client.js';
import { GROUP, user } from '../support/resources.js';

/** A write that was answered with success. */
export interface Acknowledged {
  readonly id: string;
  /** Version after the write; undefined for a deletion. */
  readonly version: number | undefined;
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * An identity provider: makes users and a group of its own, changes them at random, and remembers what was
 * acknowledged. A request whose answer is lost is settled by reading.
 */
export class CrashClient {
  readonly acknowledged: Acknowledged[] = [];
  /** Members that its group must have at the end. */
  readonly members = new Set<string>();
  group: string | undefined;
  lost = 0;
  private readonly users: string[] = [];
  private readonly random: () => number;

  /** @param clients the instances; one is chosen for each request */
  constructor(
    private readonly clients: readonly ScimClient[],
    seed: number,
  ) {
    this.random = randomFrom(seed);
  }

  /** One step of its work. */
  async step(): Promise<void> {
    if (this.group === undefined) return this.createGroup();
    const dice = this.random();
    const id = this.users[Math.floor(this.random() * this.users.length)];
    if (id === undefined || dice < 0.25) return this.createUser();
    if (dice < 0.45) return this.patch(id, [{ op: 'replace', path: 'title', value: String(this.random()) }]);
    if (dice < 0.6) return this.patch(id, [{ op: 'replace', path: 'active', value: this.random() < 0.5 }]);
    if (dice < 0.65) return this.remove(id);
    return this.changeMember(id);
  }

  /** Members of its group as the server has them; for the end, when nothing is killed any more. */
  async storedMembers(): Promise<Set<string>> {
    const reply = await this.patiently((client) => client.get(`/Groups/${this.group}`));
    const members = (reply.body as { members?: { value: string }[] }).members ?? [];
    return new Set(members.map(({ value }) => value));
  }

  private async createGroup(): Promise<void> {
    const name = `group-${this.random()}`;
    const reply = await this.try((client) => client.post('/Groups', { schemas: [GROUP], displayName: name }));
    if (reply) this.group = this.note(reply);
    else [this.group] = await this.idsOf('/Groups', `displayName eq "${name}"`);
  }

  private async createUser(): Promise<void> {
    const userName = `user-${this.random()}`;
    const reply = await this.try((client) => client.post('/Users', user({ userName, active: true })));
    const id = reply ? this.note(reply) : (await this.idsOf('/Users', `userName eq "${userName}"`))[0];
    if (id !== undefined) this.users.push(id);
  }

  private async patch(id: string, operations: object[]): Promise<void> {
    const reply = await this.try((client) => client.patch(`/Users/${id}`, operations));
    if (reply) this.note(reply);
  }

  private async remove(id: string): Promise<void> {
    await this.try((client) => client.delete(`/Users/${id}`));
    // Again until it is certain: it can only be done once.
    const reply = await this.patiently((client) => client.delete(`/Users/${id}`));
    if (reply.status !== 404 && reply.status !== 204) throw new Error(`DELETE: ${reply.text}`);
    this.acknowledged.push({ id, version: undefined });
    this.users.splice(this.users.indexOf(id), 1);
    this.members.delete(id);
  }

  private async changeMember(id: string): Promise<void> {
    const joins = !this.members.has(id);
    const value = [{ value: id }];
    const operation = joins
      ? { op: 'add', path: 'members', value }
      : { op: 'remove', path: `members[value eq "${id}"]` };
    const path = `/Groups/${this.group}`;
    const reply = await this.try((client) =>
      client.patch(path, [operation], { query: { attributes: 'id,meta' } }),
    );
    if (reply) this.note(reply);
    const isMember = reply ? joins : (await this.storedMembers()).has(id);
    if (isMember) this.members.add(id);
    else this.members.delete(id);
  }

  /** The answer; undefined when nobody knows whether the request was carried out. */
  private async try(send: (client: ScimClient) => Promise<ScimReply>): Promise<ScimReply | undefined> {
    try {
      const reply = await send(this.clients[Math.floor(this.random() * this.clients.length)]!);
      if (reply.status < 500) return reply;
    } catch {
      // The connection broke.
    }
    this.lost++;
    // Whatever the killed process had sent is carried out or undone by then.
    await new Promise((resolve) => setTimeout(resolve, 200));
    return undefined;
  }

  /** Until somebody answers. */
  private async patiently(send: (client: ScimClient) => Promise<ScimReply>): Promise<ScimReply> {
    for (const end = Date.now() + 60_000; Date.now() < end;) {
      const reply = await this.try(send);
      if (reply) return reply;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('Nobody answered for a minute.');
  }

  private async idsOf(endpoint: string, filter: string): Promise<string[]> {
    const reply = await this.patiently((client) => client.get(endpoint, { query: { filter } }));
    return (reply.body as { Resources: { id: string }[] }).Resources.map(({ id }) => id);
  }

  private note(reply: ScimReply): string {
    if (reply.status >= 300) throw new Error(`${reply.status}: ${reply.text}`);
    const { id, meta } = reply.body as { id: string; meta: { version: string } };
    this.acknowledged.push({ id, version: Number(/\d+/.exec(meta.version)![0]) });
    return id;
  }
}
