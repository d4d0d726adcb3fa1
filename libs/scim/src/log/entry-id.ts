import { uuidV7Of } from '../events/uuid-v7.js';

/** Of the part of a UUID that tells the moment. */
const TIME_LENGTH = '01234567-89ab'.length;

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
  return uuidV7Of(moment, sequence);
}

/** The least id that an entry of this moment, or of a later one, can have. */
export function firstEntryId(moment: number): string {
  const time = uuidV7Of(Math.max(0, Math.floor(moment)), 0).slice(0, TIME_LENGTH);
  return `${time}-0000-0000-000000000000`;
}
