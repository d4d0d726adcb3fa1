import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type OpenDatabase } from '../../../../../test/support/databases.js';
import { comparisonKey, comparisonKeyTable } from '../../protocol/text/comparison-key.js';
import { parseDateTime } from '../../protocol/text/date-time.js';

describe('functions of PostgreSQL', () => {
  let database: OpenDatabase;
  beforeAll(async () => {
    database = await openDatabase('postgres');
  });
  afterAll(() => database.close());

  const inSql = async (name: string, texts: readonly string[]): Promise<(string | null)[]> => {
    const rows: { result: string | null }[] = await database.dataSource.query(
      `select ${name}(text) as result from unnest($1::text[]) with ordinality as t(text, n) order by n`,
      [texts],
    );
    return rows.map(({ result }) => result);
  };

  it('fold every character as JavaScript does [D-49]', async () => {
    const characters = [...comparisonKeyTable().keys()];
    expect(await inSql('scim_comparison_key', characters)).toEqual(characters.map(comparisonKey));
  });

  it('fold any text as JavaScript does [D-49]', async () => {
    const characters = [...comparisonKeyTable().keys(), ...'iIıİßſéE\u0301\u0345\u03b9ΐŉǰ가각'];
    const unit = fc.oneof(fc.constantFrom(...characters), fc.string({ unit: 'grapheme', maxLength: 1 }));
    const text = fc.array(unit, { maxLength: 6 }).map((parts) => parts.join('').replaceAll('\0', ''));
    const law = fc.asyncProperty(fc.array(text, { minLength: 100, maxLength: 100 }), async (texts) => {
      expect(await inSql('scim_comparison_key', texts)).toEqual(texts.map(comparisonKey));
    });
    await fc.assert(law, { numRuns: 20 });
  });

  it('read moments as JavaScript does', async () => {
    const texts = [
      '2026-11-24T08:00:00Z',
      '2026-11-24T08:00:00',
      '2026-11-24t08:00:00.1239999z',
      '2026-11-24T08:00:00.999999999999+05:30',
      '2016-12-31T23:59:60Z',
      '1969-12-31T23:59:59.5-14:00',
      '0001-01-01T00:00:00Z',
      '9999-12-31T23:59:59.999Z',
      'yesterday',
      '2026-11-24',
    ];
    const expected = texts.map((text) => parseDateTime(text)?.toString() ?? null);
    expect(await inSql('scim_instant', texts)).toEqual(expected);
  });
});
