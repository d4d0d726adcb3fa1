import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';

/** An answer as a client sees it. */
export interface ScimReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** Parsed JSON; undefined when there is no body. Loosely typed: tests look at anything. */
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

export interface ScimCall {
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it stands. */
  readonly raw?: string | Buffer;
  readonly query?: Readonly<Record<string, string | number>>;
  /** A null value leaves out the client's own header. */
  readonly headers?: Readonly<Record<string, string | null>>;
}

/** A plain HTTP client: no header of its own besides the token and the media type, nothing normalised. */
export class ScimClient {
  constructor(
    readonly baseUrl: string,
    private readonly token?: string,
  ) {}

  /** The same address with another token; undefined for none. */
  as(token: string | undefined): ScimClient {
    return new ScimClient(this.baseUrl, token);
  }

  get(path: string, call: ScimCall = {}): Promise<ScimReply> {
    return this.send('GET', path, call);
  }
  post(path: string, body: unknown, call: ScimCall = {}): Promise<ScimReply> {
    return this.send('POST', path, { body, ...call });
  }
  put(path: string, body: unknown, call: ScimCall = {}): Promise<ScimReply> {
    return this.send('PUT', path, { body, ...call });
  }
  /** PATCH with these operations. */
  patch(path: string, operations: unknown, call: ScimCall = {}): Promise<ScimReply> {
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp'];
    return this.send('PATCH', path, { body: { schemas, Operations: operations }, ...call });
  }
  delete(path: string, call: ScimCall = {}): Promise<ScimReply> {
    return this.send('DELETE', path, call);
  }

  /** `filter` as a list query. */
  async ids(endpoint: string, filter: string): Promise<string[]> {
    const reply = await this.get(endpoint, { query: { filter, count: 200 } });
    if (reply.status !== 200) throw new Error(`${filter}: ${reply.text}`);
    return (reply.body.Resources as { id: string }[]).map(({ id }) => id);
  }

  send(method: string, path: string, call: ScimCall = {}): Promise<ScimReply> {
    const query = call.query ? `?${new URLSearchParams(toStrings(call.query)).toString()}` : '';
    const payload = call.raw ?? (call.body === undefined ? undefined : JSON.stringify(call.body));
    const headers: Record<string, string | null> = {
      authorization: this.token === undefined ? null : `Bearer ${this.token}`,
      'content-type': payload === undefined ? null : 'application/scim+json',
      'content-length': payload === undefined ? null : String(Buffer.byteLength(payload)),
      ...call.headers,
    };
    const sent = Object.fromEntries(
      Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== null),
    );
    const base = new URL(this.baseUrl);
    const options = {
      hostname: base.hostname,
      port: base.port,
      path: joined(base.pathname, path) + query,
      method,
      headers: sent,
    };
    return new Promise((resolve, reject) => {
      const request = httpRequest(options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: parse(text) });
        });
      });
      request.on('error', reject);
      request.end(payload);
    });
  }
}

/** With one slash between them, if there is a path. */
function joined(base: string, path: string): string {
  const tidy = base.replace(/\/$/, '');
  return path === '' ? base : path.startsWith('/') ? tidy + path : `${tidy}/${path}`;
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

function toStrings(query: Readonly<Record<string, string | number>>): Record<string, string> {
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)]));
}
