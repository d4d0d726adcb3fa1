import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { pinnedNode } from '../servers/processor-cores.js';
import type { LoadOrder, LoadResult } from './load-messages.js';

/** The process that sends the requests. */
export class LoadGenerator {
  private constructor(private readonly child: ChildProcess) {}

  static start(): LoadGenerator {
    const [command, args] = pinnedNode('load', [fileURLToPath(new URL('load-process.js', import.meta.url))]);
    return new LoadGenerator(spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }));
  }

  /** @throws Error when the process has ended */
  async run(order: LoadOrder): Promise<LoadResult> {
    this.child.send(order);
    const stop = new AbortController();
    const { signal } = stop;
    const ended = once(this.child, 'exit', { signal }).then(() => {
      throw new Error('The load generator has ended.');
    });
    ended.catch(() => undefined);
    const reply = once(this.child, 'message', { signal }).then(([message]) => message as LoadResult);
    try {
      return await Promise.race([reply, ended]);
    } finally {
      stop.abort();
    }
  }

  stop(): void {
    this.child.disconnect();
  }
}
