import type { Client } from 'pg';
import { median } from '../measure/median.js';
import type { RecordedStatement } from '../servers/server-messages.js';

let names = 0;

/** Something to be timed: statements, one after the other. */
export type Work = () => Promise<unknown>;

/** Work that sends prepared statements. */
export function sending(database: Client, statements: readonly RecordedStatement[]): Work {
  const named = statements.map(({ text, values }) => ({
    name: `bench_${names++}`,
    text,
    values: [...values],
  }));
  return async () => {
    for (const statement of named) await database.query(statement);
  };
}

/** Medians in milliseconds of several works that take turns, there and back. */
export async function timeInTurns(
  works: readonly Work[],
  rounds: number,
  repeats: number,
): Promise<number[]> {
  const times: number[][] = works.map(() => []);
  for (const work of works) await work();
  for (let round = 0; round < rounds; round++) {
    const order = works.map((_, i) => (round % 2 === 0 ? i : works.length - 1 - i));
    for (const i of order) {
      const startedAt = performance.now();
      for (let n = 0; n < repeats; n++) await works[i]!();
      times[i]!.push((performance.now() - startedAt) / repeats);
    }
  }
  return times.map(median);
}
