/** What the benchmark asks a server process over IPC. */
export type ServerRequest =
  | { readonly ask: 'usage'; readonly watch?: boolean }
  | { readonly ask: 'record' }
  | { readonly ask: 'recorded' }
  | { readonly ask: 'events'; readonly of: readonly string[] }
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

/** What a listener in the server has been told so far. */
export interface DeliveredEvents {
  /** Users whose creation it knows of. */
  readonly users: number;
  /** Times it was called: more than users where something was delivered again. */
  readonly deliveries: number;
  /** Of the first delivery, in milliseconds of the system's steady clock (`process.hrtime`), like the next. */
  readonly firstAt: number;
  /** Of the creation of each user that was asked about; null: not yet. */
  readonly arrivals: readonly (number | null)[];
}

/** Remembers what the listeners of a server were told. */
export interface EventRecorder {
  /** @param of ids of users */
  tell(of: readonly string[]): DeliveredEvents;
}

/** Sent once, when the server listens. */
export interface ServerReady {
  readonly port: number;
  /** Of a peer: path of its endpoints, and a token for them. */
  readonly path?: string;
  readonly token?: string;
}
