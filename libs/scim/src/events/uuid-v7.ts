import { randomBytes } from 'node:crypto';

let lastMoment = 0;
let sequence = 0;

/**
 * A UUID version 7 (RFC 9562 §5.7) in lower case: ids made later sort later, so the newest resources lie together
 * in the primary key. Within one process every id is greater than the one before, also in the same millisecond and
 * when the clock steps back (the 12 bits of `rand_a` count, RFC 9562 §6.2 method 1).
 */
export function uuidV7(now: number = Date.now()): string {
  if (now > lastMoment) {
    lastMoment = now;
    // Starts in the lower half, so that there is room to count.
    sequence = randomBytes(2).readUInt16BE(0) & 0x7ff;
  } else if (++sequence > 0xfff) {
    lastMoment++;
    sequence = 0;
  }
  const bytes = randomBytes(16);
  bytes.writeUIntBE(lastMoment, 0, 6);
  bytes.writeUInt16BE(0x7000 | sequence, 6);
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
