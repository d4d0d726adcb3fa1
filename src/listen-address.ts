import { createServer } from 'node:net';
import type { Environment } from './environment.js';
import { StartError } from './start-error.js';

/**
 * Tries the address before anything else is started: the usual mistake is told at once, and in one line.
 * @throws StartError when the host could not listen there
 */
export function probe({ host, port }: Pick<Environment, 'host' | 'port'>): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => reject(listenError(error, host, port)));
    server.listen(port, host, () => server.close(() => resolve()));
  });
}

/** What the system says about the address, as one sentence; any other error as it is. */
export function listenError(error: Error, host: string, port: number): Error {
  const { code } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'EADDRINUSE':
      return new StartError(
        `Port ${port} on ${host} is taken: stop the other program, or choose one with PORT.`,
      );
    case 'EACCES':
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new StartError(
        `The host cannot listen on ${host}:${port} (${code}): choose others with HOST and PORT.`,
      );
    default:
      return error;
  }
}
