const START = Date.UTC(2026, 0, 1);
/** One resource a second. */
const STEP = 1000;

/** What an id belongs to: one number space for each, so that ids can be computed wherever they are needed. */
export type IdSpace = 'user' | 'group' | 'victim';

const SPACES: Readonly<Record<IdSpace, number>> = { user: 1, group: 2, victim: 3 };

/** Moment at which the resource with that number was created, as epoch milliseconds. */
export function seededTime(index: number): number {
  return START + index * STEP;
}

/** The UUID version 7 (RFC 9562 §5.7) of a seeded resource: ordered by number, always the same. */
export function seededUuid(space: IdSpace, index: number): string {
  const time = seededTime(index).toString(16).padStart(12, '0');
  const high = scramble(index * 4 + SPACES[space]);
  const low = scramble(high ^ 0x9e3779b9);
  const a = (high & 0xfff).toString(16).padStart(3, '0');
  const b = (0x8000 | ((high >>> 12) & 0x3fff)).toString(16);
  const c = ((high >>> 26) | ((SPACES[space] & 0x3) << 14)).toString(16).padStart(4, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${a}-${b}-${c}${(low >>> 0).toString(16).padStart(8, '0')}`;
}

/** Mixes the bits of a number (the finaliser of MurmurHash3). */
export function scramble(value: number): number {
  let x = value >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}
