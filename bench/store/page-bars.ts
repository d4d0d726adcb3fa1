import type { Client } from 'pg';
import { type Bar, bar } from '../bars/bar.js';
import type { Directory } from '../data/directory.js';
import { OpenStore, USERS } from './open-store.js';
import { sending, timeInTurns } from './time-statements.js';

const LIMIT = 100;
const REPEATS = 5;

/** What deep pages and totals cost in the database (goals 14 and 15). */
export async function pageBars(url: string, database: Client, { large, sizes }: Directory): Promise<Bar[]> {
  const open = await OpenStore.open({ type: 'postgres', url });
  try {
    const page = (offset: number) => () => open.store.query(USERS, large.id, { offset, limit: LIMIT });
    const first = await open.statements(page(0));
    const [deep] = await open.statements(page(sizes.deep));
    const [firstPage] = first;
    if (!firstPage || !deep) throw new Error('A page sends no statement.');
    // What everybody writes first: the same statement as for the first page, with an offset.
    const plain = {
      text: `${firstPage.text} offset $${firstPage.values.length + 1}`,
      values: [...firstPage.values, sizes.deep],
    };
    const works = [[firstPage], [deep], [plain], first].map((statements) => sending(database, statements));
    const [firstTime, deepTime, plainTime, withTotal] = await timeInTurns(works, sizes.rounds + 2, REPEATS);
    const times = (a: number, b: number): string => `${a.toFixed(2)} ms to ${b.toFixed(2)} ms`;
    return [
      bar(
        '14 deep page by startIndex: time in the database, to a plain OFFSET',
        deepTime! / plainTime!,
        '<=',
        0.3,
        times(deepTime!, plainTime!),
      ),
      bar(
        '14 deep page by startIndex: time in the database, to the first page',
        deepTime! / firstTime!,
        '<=',
        20,
        times(deepTime!, firstTime!),
      ),
      bar(
        '15 first page with its total: time in the database, to the page alone',
        withTotal! / firstTime!,
        '<=',
        2,
        times(withTotal!, firstTime!),
      ),
    ];
  } finally {
    await open.close();
  }
}
