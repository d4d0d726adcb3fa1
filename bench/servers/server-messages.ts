/** What the benchmark asks a server process over IPC. */
export type ServerRequest =
  | { readonly ask: 'usage'; readonly watch?: boolean }
  | { readonly ask: 'record' }
  | { readonly ask: 'recorded' }
  | { readonly ask: 'profile' }
  | { readonly ask: 'profiled'; readonly file: string };

/** CPU and memory of a server process, counted from its start, and the delay of its event loop since the last answer. */
export interface ServerUsage {
  /** Microseconds, user and system. */
  readonly cpu: number;
  /** Bytes. */
  readonly rss: number;
  /** 99th percentile in milliseconds. */
  readonly eventLoopP99: number;
}

/** A statement that a server sent to the database. */
export interface RecordedStatement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Sent once, when the server listens. */
export interface ServerReady {
  readonly port: number;
  /** Of a peer: path of its endpoints, and a token for them. */
  readonly path?: string;
  readonly token?: string;
}
