/** What a person sees. */
export interface Shown {
  readonly status: number;
  readonly url: URL;
  readonly text: string;
  readonly headers: Headers;
}

interface KeptCookie {
  readonly value: string;
  readonly path: string;
}

/** Follows redirects and keeps cookies for each origin and path, as a browser does; no script is run. */
export class Browser {
  private readonly jars = new Map<string, Map<string, KeptCookie>>();
  /** Addresses of the last visit, redirects included. */
  readonly visited: URL[] = [];

  async open(address: string | URL, init: RequestInit = {}): Promise<Shown> {
    this.visited.length = 0;
    let url = new URL(address);
    let request = init;
    for (let hops = 0; hops < 20; hops++) {
      this.visited.push(url);
      const response = await fetch(url, {
        ...request,
        redirect: 'manual',
        headers: this.headers(url, request),
      });
      this.keep(url, response.headers.getSetCookie());
      const location = response.headers.get('location');
      if (location === null) {
        return { status: response.status, url, text: await response.text(), headers: response.headers };
      }
      url = new URL(location, url);
      request = {};
    }
    throw new Error('too many redirects');
  }

  submit(
    address: string | URL,
    fields: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<Shown> {
    return this.open(address, { method: 'POST', body: new URLSearchParams(fields), headers });
  }

  cookie(origin: string, name: string): string | undefined {
    return this.jars.get(origin)?.get(name)?.value;
  }

  forget(origin: string, name: string): void {
    this.jars.get(origin)?.delete(name);
  }

  private headers(url: URL, { headers }: RequestInit): Headers {
    const cookies = [...(this.jars.get(url.origin) ?? [])]
      .filter(([, { path }]) => url.pathname.startsWith(path))
      .map(([name, { value }]) => `${name}=${value}`);
    const all = new Headers(headers);
    if (cookies.length > 0) all.set('cookie', cookies.join('; '));
    return all;
  }

  private keep({ origin }: URL, lines: readonly string[]): void {
    const jar = this.jars.get(origin) ?? new Map<string, KeptCookie>();
    this.jars.set(origin, jar);
    for (const line of lines) {
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
      const [name, value] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
      const path = attributes.find((text) => /^path=/i.test(text))?.slice(5) ?? '/';
      if (attributes.some((text) => /^max-age=0$/i.test(text) || /^expires=Thu, 01 Jan 1970/i.test(text)))
        jar.delete(name);
      else jar.set(name, { value, path });
    }
  }
}
