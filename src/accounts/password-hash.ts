import { randomBytes, scrypt, type ScryptOptions, timingSafeEqual } from 'node:crypto';
import { TooManyRequestsError } from '../too-many-requests.js';

/** 32 MiB and about 0.1 s each: one of the settings that the OWASP Password Storage Cheat Sheet gives for scrypt. */
const COST = { N: 2 ** 15, r: 8, p: 3 } as const;
const KEY_BYTES = 32;
const SALT_BYTES = 16;

/** More at once would hold up the file system and name look-ups, which share the thread pool. */
const AT_ONCE = 2;
const WAITING = 50;

/** Text of algorithm, cost, salt and hash, so that the cost can be raised later: `scrypt$32768$8$3$salt$hash`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(password, salt, COST);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/** Whether the password is the one of the hash. Without a hash the same work is done, and the answer is no. */
export async function verifyPassword(password: string, stored: string | undefined): Promise<boolean> {
  const [, n, r, p, salt = '', hash = ''] = (stored ?? NOBODYS).split('$');
  const key = await derive(password, Buffer.from(salt, 'base64url'), {
    N: Number(n),
    r: Number(r),
    p: Number(p),
  });
  const equal = timingSafeEqual(key, Buffer.from(hash, 'base64url'));
  return equal && stored !== undefined;
}

/** Compared with when there is no such account: who guesses names cannot tell from the time. */
const NOBODYS = ['scrypt', COST.N, COST.r, COST.p, 'A'.repeat(22), 'A'.repeat(43)].join('$');

let running = 0;
const queue: (() => void)[] = [];

async function derive(password: string, salt: Buffer, cost: ScryptOptions & { N: number }): Promise<Buffer> {
  await enter();
  try {
    return await new Promise((resolve, reject) => {
      const options = { ...cost, maxmem: 64 * 1024 * 1024 };
      scrypt(password.normalize('NFKC'), salt, KEY_BYTES, options, (error, key) =>
        error ? reject(error) : resolve(key),
      );
    });
  } finally {
    leave();
  }
}

/** @throws TooManyRequestsError when too many wait already */
async function enter(): Promise<void> {
  if (running < AT_ONCE) {
    running += 1;
    return;
  }
  if (queue.length >= WAITING) throw new TooManyRequestsError(1);
  await new Promise<void>((resolve) => queue.push(resolve));
}

/** The place goes to the next one who waits. */
function leave(): void {
  const next = queue.shift();
  if (next) next();
  else running -= 1;
}
