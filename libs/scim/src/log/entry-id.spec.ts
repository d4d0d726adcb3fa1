import { expect, it } from 'vitest';
import { entryId, firstEntryId } from './entry-id.js';

it('makes UUIDs of version 7 that sort as their moments do, whenever they are made', () => {
  const late = entryId(1_800_000_000_000);
  const early = entryId(1_700_000_000_000);
  expect(early).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(early < late).toBe(true);
});

it('keeps the order of ids that are made one after the other for one moment', () => {
  const ids = Array.from({ length: 1001 }, () => entryId(1_700_000_000_000));
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});

it('bounds the ids of a time from below', () => {
  const moment = 1_700_000_000_000;
  const id = entryId(moment);
  expect(firstEntryId(moment) <= id).toBe(true);
  expect(firstEntryId(moment + 1) > id).toBe(true);
  expect(firstEntryId(0)).toMatch(/^00000000-0000-/);
});
