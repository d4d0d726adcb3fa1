import { setTimeout as pause } from 'node:timers/promises';
import { type Bar, bar } from '../bars/bar.js';
import type { Directory } from '../data/directory.js';
import { requestOnce } from '../measure/request-once.js';
import type { Variant } from '../measure/variant.js';
import { operationNamed } from '../operations/index.js';
import { TOKEN_CACHE_SECONDS } from '../servers/server-settings.js';

const REQUESTS = 1000;
const AT_ONCE = 10;
/** How long the requests go on, in times of the cache: what expires while they come is looked up again. */
const CACHES = 2.2;

/** How often a token is looked up in the database while requests bear it (goal 4). */
export async function tokenLookUpBar(directory: Directory, library: Variant): Promise<Bar> {
  const { large, sizes } = directory;
  const caches = sizes.name === 'tiny' ? 1.1 : CACHES;
  const operation = operationNamed('get-user');
  const context = { directory, values: library.values };
  const send = async (number: number): Promise<void> => {
    const { status } = await requestOnce(library, large.id, operation.request(number, context));
    if (status !== operation.status) throw new Error(`${operation.name} answers ${status}.`);
  };
  await send(0);
  const startedAt = performance.now();
  const sent = await library.server.statements(async () => {
    const span = caches * TOKEN_CACHE_SECONDS * 1000;
    for (let number = 0; number < REQUESTS; number += AT_ONCE) {
      await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => send(number + i)));
      // Spread over the time, however fast the server is.
      await pause(Math.max(0, startedAt + (span * (number + AT_ONCE)) / REQUESTS - performance.now()));
    }
  });
  const seconds = (performance.now() - startedAt) / 1000;
  // That a token was used is noted there too, once a minute.
  const lookUps = sent.filter(({ text }) => /scim_token\b/.test(text) && !/^\s*update/i.test(text)).length;
  return bar(
    `4 look-ups of one token in the database while ${REQUESTS} requests bear it, ${AT_ONCE} at once`,
    lookUps,
    '<=',
    Math.floor(seconds / TOKEN_CACHE_SECONDS) + 1,
    `${seconds.toFixed(1)} s, remembered for ${TOKEN_CACHE_SECONDS} s; ${sent.length} statements in all`,
  );
}
