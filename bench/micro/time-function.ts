import { median } from '../measure/median.js';

/** Microseconds of processor time after which the compiler has done what it will do; a round takes a third of it. */
const WARM_US = 600_000;
const ROUNDS = 7;

/** Functions that do the same, by name. */
export type Candidates = Readonly<Record<string, () => unknown>>;

/** Median processor time of a call in microseconds; the functions take turns. */
export function timeFunctions(candidates: Candidates): Record<string, number> {
  const names = Object.keys(candidates);
  const calls = new Map(names.map((name) => [name, warmUp(candidates[name]!)]));
  const times = new Map(names.map((name) => [name, [] as number[]]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const work = candidates[name]!;
      const count = calls.get(name)!;
      const before = process.cpuUsage();
      for (let n = 0; n < count; n++) work();
      const { user, system } = process.cpuUsage(before);
      times.get(name)!.push((user + system) / count);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times.get(name)!)]));
}

/** Runs until it is warm; the number of calls of a round. */
function warmUp(work: () => unknown): number {
  let count = 0;
  for (const before = process.cpuUsage(); ; count++) {
    work();
    if (count % 64 !== 0) continue;
    const { user, system } = process.cpuUsage(before);
    if (user + system > WARM_US) break;
  }
  return Math.max(3, Math.round(count / 3));
}
