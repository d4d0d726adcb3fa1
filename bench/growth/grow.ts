import { groupOperations } from '../operations/group-operations.js';
import { growthOperations, operationNamed } from '../operations/index.js';
import type { Operation } from '../operations/operation.js';
import { type Bench, oneRun } from '../measure/comparison.js';
import { median } from '../measure/median.js';
import type { Variant } from '../measure/variant.js';
import type { GrowthLine } from '../report/results-file.js';

const CONNECTIONS = [1, 2, 4, 8, 16, 32, 64, 128];
const RUNS = 3;

/** How cost grows with the users of a tenant, the members of a group, and the requests under way. */
export async function measureGrowth(bench: Bench, library: Variant): Promise<GrowthLine[]> {
  return [
    ...(await byUsers(bench, library)),
    ...(await byMembers(bench, library)),
    ...(await byConnections(bench, library)),
  ];
}

async function byUsers(bench: Bench, library: Variant): Promise<GrowthLine[]> {
  const { steps } = bench.directory;
  const names = growthOperations(0).map(({ name }) => name.split('@')[0]!);
  const lines: GrowthLine[] = [];
  for (const [i, line] of names.entries()) {
    const points: [number, number][] = [];
    for (const [place, { users }] of steps.entries()) {
      const operation = { ...growthOperations(place)[i]!, connections: 1 };
      points.push([users, await milliseconds(bench, operation, library)]);
    }
    lines.push({ chart: 'Time of a request against users of the tenant', line, points });
  }
  return lines;
}

async function byMembers(bench: Bench, library: Variant): Promise<GrowthLine[]> {
  const { sizedGroups } = bench.directory;
  const lines: GrowthLine[] = [];
  for (const kind of ['add-member', 'remove-member', 'read-group-alone', 'read-group']) {
    const operations = groupOperations().filter(({ name }) => /^(.*)-\w+$/.exec(name)?.[1] === kind);
    const points: [number, number][] = [];
    for (const [place, { members }] of sizedGroups.entries()) {
      const operation = { ...operations[place]!, connections: 1 };
      points.push([members, await milliseconds(bench, operation, library)]);
    }
    lines.push({ chart: 'Time of a request against members of the group', line: kind, points });
  }
  return lines;
}

async function byConnections(bench: Bench, library: Variant): Promise<GrowthLine[]> {
  const lines: GrowthLine[] = [];
  for (const name of ['get-user', 'patch-active', 'list']) {
    const points: [number, number][] = [];
    for (const connections of CONNECTIONS) {
      points.push([
        connections,
        await milliseconds(bench, { ...operationNamed(name), connections }, library),
      ]);
    }
    lines.push({ chart: 'Time of a request against requests under way', line: name, points });
  }
  return lines;
}

/** Median of the median latencies of a few runs, after one that warms up. */
async function milliseconds(bench: Bench, operation: Operation, library: Variant): Promise<number> {
  const { seconds } = bench.directory.sizes;
  const warm = await oneRun(bench, operation, library, 2 * operation.connections + 10);
  const wished = Math.round((warm.perSecond * seconds) / RUNS);
  const count = Math.min(operation.most ?? Infinity, Math.max(operation.connections * 2, wished));
  const times: number[] = [];
  for (let n = 0; n < RUNS; n++) times.push((await oneRun(bench, operation, library, count)).p50);
  return median(times);
}
