import { setTimeout as sleep } from 'node:timers/promises';
import { StoryError } from './story-error.js';

/** An answer of the instance. */
export interface Reply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const PATIENCE_MS = 30_000;
const ATTEMPTS = 6;

/** Talks JSON to one side of the instance: the SCIM endpoints, or the application's own API. */
export class StoryClient {
  constructor(
    private readonly base: string,
    private readonly mediaType: 'application/json' | 'application/scim+json',
    private readonly token?: string,
  ) {}

  /** The same side with a token. */
  as(token: string): StoryClient {
    return new StoryClient(this.base, this.mediaType, token);
  }

  /**
   * What the instance answers, whatever it is; asked to wait, it waits.
   * @throws StoryError when there is no answer
   */
  async send(method: string, path: string, body?: object): Promise<Reply> {
    for (let attempt = 1; ; attempt++) {
      const response = await this.fetch(method, path, body);
      const text = await response.text();
      const wait = Number(response.headers.get('retry-after') ?? Number.NaN);
      if ((response.status === 429 || response.status === 503) && wait <= 30 && attempt < ATTEMPTS) {
        await sleep(wait * 1000);
        continue;
      }
      return { status: response.status, body: parse(text) };
    }
  }

  /** @throws StoryError when the answer has another status */
  async expect(status: number, method: string, path: string, body?: object): Promise<Reply['body']> {
    const reply = await this.send(method, path, body);
    if (reply.status === status) return reply.body;
    const said = reply.body['detail'] ?? reply.body['message'];
    const reason = said === undefined ? '' : ` (${JSON.stringify(said)})`;
    throw new StoryError(`${method} ${path} must answer ${status}, and answered ${reply.status}${reason}.`);
  }

  private async fetch(method: string, path: string, body?: object): Promise<Response> {
    const headers: Record<string, string> = { accept: this.mediaType };
    if (this.token !== undefined) headers['authorization'] = `Bearer ${this.token}`;
    if (body !== undefined) headers['content-type'] = this.mediaType;
    try {
      return await fetch(this.base + path, {
        method,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
    } catch (error) {
      const { cause } = error as { cause?: { code?: string } };
      throw new StoryError(
        `${new URL(this.base).origin} does not answer (${cause?.code ?? (error as Error).name}). ` +
          'Start it with npm start, or let the story start its own: npm run story -- --start',
        { cause: error },
      );
    }
  }
}

function parse(text: string): Reply['body'] {
  try {
    return text === '' ? {} : (JSON.parse(text) as Reply['body']);
  } catch {
    return {};
  }
}
