import { randomInt, randomUUID } from 'node:crypto';

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
    sequence = randomInt(0x800);
  } else if (++sequence > 0xfff) {
    lastMoment++;
    sequence = 0;
  }
  return uuidV7Of(lastMoment, sequence);
}

/**
 * The UUID version 7 of a moment (epoch milliseconds) and a place among those of that moment, 0 to 4095; the rest is
 * random.
 */
export function uuidV7Of(moment: number, place: number): string {
  // The random end of another UUID: Node keeps a supply of them, where random bytes are a call of the system each time.
  return `${timeOf(moment)}-7${hex(place, 3)}${randomUUID().slice(18)}`;
}

let timeMoment = -1;
let timeText = '';

/** The first two parts; those of the last moment are kept, since ids are often made for the same one. */
function timeOf(moment: number): string {
  if (moment !== timeMoment) {
    const time = hex(moment, 12);
    timeText = `${time.slice(0, 8)}-${time.slice(8)}`;
    timeMoment = moment;
  }
  return timeText;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
