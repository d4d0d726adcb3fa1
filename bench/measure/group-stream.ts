import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import type { Directory } from '../data/directory.js';
import { type Bar, bar } from '../bars/bar.js';
import { median } from './median.js';
import type { Variant } from './variant.js';

const TIMES = 5;
const SAMPLE_MS = 5;
const MEBIBYTE = 2 ** 20;

interface Streamed {
  readonly firstByte: number;
  readonly total: number;
  readonly bytes: number;
  /** Bytes that the server's memory grew by. */
  readonly growth: number;
  readonly eventLoopP99: number;
}

/** GET of the largest group: it comes in pieces, and the server stays small and awake meanwhile (goal 11). */
export async function groupStreamBars(
  directory: Directory,
  library: Variant,
  control: Variant,
): Promise<Bar[]> {
  const group = directory.sizedGroups[2]!;
  const ours: Streamed[] = [];
  const whole: Streamed[] = [];
  for (let n = 0; n < TIMES + 1; n++) {
    const streamed = await stream(library, directory, `/Groups/${group.id}`);
    const loaded = await stream(control, directory, `/Groups/${group.id}/whole`);
    if (Math.abs(streamed.bytes - loaded.bytes) > 1000) throw new Error('The two answers differ in length.');
    // The first warms up.
    if (n > 0) ours.push(streamed);
    if (n > 0) whole.push(loaded);
  }
  const of = (runs: readonly Streamed[], what: keyof Streamed): number =>
    median(runs.map((run) => run[what]));
  const growth = Math.max(...ours.map((run) => run.growth)) / MEBIBYTE;
  const detail = `${group.members} members, ${(of(ours, 'bytes') / MEBIBYTE).toFixed(1)} MiB`;
  return [
    bar(
      '11 GET the largest group: first byte, to the whole answer',
      of(ours, 'firstByte') / of(ours, 'total'),
      '<=',
      0.05,
      `${of(ours, 'firstByte').toFixed(1)} ms of ${of(ours, 'total').toFixed(0)} ms; ${detail}`,
    ),
    bar('11 GET the largest group: growth of memory in MiB', growth, '<=', 80),
    bar(
      '11 GET the largest group: time, to loading all of it first',
      of(ours, 'total') / of(whole, 'total'),
      '<=',
      1.3,
      `${of(ours, 'total').toFixed(0)} ms to ${of(whole, 'total').toFixed(0)} ms`,
    ),
    bar('11 GET the largest group: delay of the event loop, 99 %, ms', of(ours, 'eventLoopP99'), '<=', 50),
  ];
}

async function stream(
  { server, baseUrl, tokens }: Variant,
  { large }: Directory,
  path: string,
): Promise<Streamed> {
  await server.usage(true);
  const before = residentBytes(server.pid);
  let peak = before;
  const sampler = setInterval(() => (peak = Math.max(peak, residentBytes(server.pid))), SAMPLE_MS);
  const startedAt = performance.now();
  let firstByte = 0;
  let bytes = 0;
  await new Promise<void>((resolve, reject) => {
    const headers = { authorization: `Bearer ${tokens.get(large.id) ?? ''}` };
    get(baseUrl + path, { headers }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${path} answers ${response.statusCode}`));
      response.on('data', (piece: Buffer) => {
        if (bytes === 0) firstByte = performance.now() - startedAt;
        bytes += piece.length;
      });
      response.once('end', resolve).once('error', reject);
    }).once('error', reject);
  });
  const total = performance.now() - startedAt;
  clearInterval(sampler);
  const { eventLoopP99 } = await server.usage();
  return { firstByte, total, bytes, growth: peak - before, eventLoopP99 };
}

/** From the system, as a busy server would answer late. NaN where there is no /proc. */
function residentBytes(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096;
  } catch {
    return NaN;
  }
}
