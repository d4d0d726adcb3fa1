import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { pinnedNode } from './processor-cores.js';
import type {
  DeliveredEvents,
  RecordedStatement,
  ServerReady,
  ServerRequest,
  ServerUsage,
} from './server-messages.js';

/** How to start a server. */
export interface ServerCommand {
  /** File that Node runs. */
  readonly file: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Folder to run in. @default that of the benchmark */
  readonly folder?: string;
  /** Whether what it says is nobody's concern. @default false */
  readonly silent?: boolean;
}

const START_MS = 60_000;

/** A server in a process of its own, on the core of servers. */
export class ServerProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly ready: ServerReady,
  ) {}

  /** @throws Error when it ends or does not listen within a minute */
  static async start({ file, environment, folder, silent }: ServerCommand): Promise<ServerProcess> {
    const [command, args] = pinnedNode('server', ['--enable-source-maps=false', file]);
    const child = spawn(command, args, {
      env: { PATH: process.env.PATH, NODE_ENV: 'production', ...environment },
      stdio: ['ignore', 'ignore', silent ? 'ignore' : 'inherit', 'ipc'],
      cwd: folder,
    });
    const ready = once(child, 'message').then(([message]) => message as ServerReady);
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`${file} ended with ${String(code)} before it listened.`);
    });
    // Ending it makes the wait below fail.
    const timer = setTimeout(() => child.kill(), START_MS);
    const message = await Promise.race([ready, ended]).finally(() => clearTimeout(timer));
    ended.catch(() => undefined);
    child.on('exit', (code, signal) => {
      if (signal !== 'SIGTERM') process.stderr.write(`${file} ended: ${String(code ?? signal)}\n`);
    });
    return new ServerProcess(child, message);
  }

  get port(): number {
    return this.ready.port;
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** @param watch whether to measure the event loop's delay from now on */
  usage(watch = false): Promise<ServerUsage> {
    return this.ask({ ask: 'usage', watch });
  }

  /** The statements that the server sends while `work` runs; empty for a server that does not tell. */
  async statements(work: () => Promise<unknown>): Promise<readonly RecordedStatement[]> {
    await this.ask({ ask: 'record' });
    await work();
    return this.ask({ ask: 'recorded' });
  }

  /** What a listener in the server has been told; nothing on a server without a relay. @param of ids of users */
  events(of: readonly string[] = []): Promise<DeliveredEvents> {
    return this.ask({ ask: 'events', of });
  }

  /** Writes a CPU profile of the server while `work` runs. */
  async profile(file: string, work: () => Promise<unknown>): Promise<void> {
    await this.ask({ ask: 'profile' });
    await work();
    await this.ask({ ask: 'profiled', file });
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill();
    await ended;
  }

  private async ask<T>(request: ServerRequest): Promise<T> {
    const reply = once(this.child, 'message');
    this.child.send(request);
    const [message] = (await reply) as [T];
    return message;
  }
}
