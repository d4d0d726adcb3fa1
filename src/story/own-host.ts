import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StoryError } from './story-error.js';

/** An instance that was started for the story. */
export interface OwnHost {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

const STARTING_MS = 120_000;

/** Starts the built host on a free port and a database that is thrown away. @throws StoryError */
export async function startOwnHost(): Promise<OwnHost> {
  const folder = await mkdtemp(join(tmpdir(), 'reference-host-'));
  // The database runs as another account when we are root.
  await chmod(folder, 0o755);
  const { DATABASE_URL: _, ...environment } = process.env;
  const child = spawn(process.execPath, [fileURLToPath(new URL('../main.js', import.meta.url))], {
    env: {
      ...environment,
      PORT: '0',
      HOST: '127.0.0.1',
      SCIM_DATA_DIR: folder,
      SIGN_UP: 'open',
      APP_URL: '',
      PUBLIC_URL: '',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  let said = '';
  try {
    const url = await new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => reject(new StoryError('The instance does not start.')), STARTING_MS);
      const read = (chunk: Buffer): void => {
        said += chunk.toString('utf8');
        const [, address] = /SCIM base URL +(\S+)/.exec(said) ?? [];
        if (address === undefined) return;
        clearTimeout(timer);
        resolve(new URL(address).origin);
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      void ended.then(() => reject(new StoryError(`The instance ended at its start: ${said.trim()}`)));
    });
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
