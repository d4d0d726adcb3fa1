import { randomUUID } from 'node:crypto';

let lastMoment = -1;
let sequence = 0;

/**
 * A UUID version 7 (RFC 9562 §5.7) of a given moment. Entries are made when a request ends and sorted by when it
 * began, so the moment is that of the entry and not of the call. Ids that are made one after the other for the same
 * millisecond keep their order.
 */
export function entryId(moment: number): string {
  sequence = moment === lastMoment ? (sequence + 1) & 0xfff : 0;
  lastMoment = moment;
  // The random end of another UUID: Node keeps a supply of them, where random bytes are a call of the system each time.
  return `${head(moment)}-7${hex(sequence, 3)}${randomUUID().slice(18)}`;
}

/** The least id that an entry of this moment, or of a later one, can have. */
export function firstEntryId(moment: number): string {
  return `${head(Math.max(0, Math.floor(moment)))}-0000-0000-000000000000`;
}

function head(moment: number): string {
  const text = hex(moment, 12);
  return `${text.slice(0, 8)}-${text.slice(8)}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
