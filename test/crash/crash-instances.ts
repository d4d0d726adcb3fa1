import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { build } from 'vite';

/** Builds the application into a file that Node runs by itself. */
export async function buildCrashApp(directory: string): Promise<string> {
  await build({
    configFile: false,
    logLevel: 'error',
    resolve: { tsconfigPaths: true },
    ssr: { noExternal: [/^nestjs-scim/] },
    build: {
      ssr: join(import.meta.dirname, 'crash-app.ts'),
      outDir: directory,
      target: 'node20',
      minify: false,
    },
  });
  return join(directory, 'crash-app.js');
}

/** One instance of the application, which can be killed and started again. */
export class CrashInstance {
  kills = 0;
  private started = Promise.resolve();
  private child: ChildProcess | undefined;

  constructor(
    private readonly program: string,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  /** Resolves when it listens. @throws Error with what it said when it does not */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [this.program], {
      env: { ...process.env, ...this.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    let said = '';
    await new Promise<void>((resolve, reject) => {
      child.stderr!.on('data', (text: Buffer) => (said += text.toString()));
      child.stdout!.on('data', (text: Buffer) => {
        if (text.toString().includes('listening')) resolve();
      });
      child.once('exit', () => reject(new Error(`The application ended: ${said}`)));
    });
  }

  /** As soon as it has been started, at a random moment of its life. The next start is not waited for. */
  async killAndRestart(): Promise<void> {
    await this.started;
    await this.end('SIGKILL');
    this.kills++;
    this.started = this.start();
    // Whoever waits for it hears of the error.
    this.started.catch(() => undefined);
  }

  /** Resolves when it listens. @throws Error when it does not */
  async ready(): Promise<void> {
    await this.started;
  }

  /** In an orderly way. */
  async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
}
