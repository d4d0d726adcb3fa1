import { type Bar } from '../bars/bar.js';
import type { EventDelivery } from '../events/measure-events.js';
import { type Comparison, ratioOf } from '../measure/comparison.js';
import type { Burst } from '../pool/burst.js';
import type { MicroResult } from './results-file.js';
import { CONTROL } from '../servers/start-variants.js';

/** One operation on standard output, as soon as it is measured. */
export function printComparison(comparison: Comparison): void {
  console.log(`\n${comparison.title}`);
  for (const { variant, perSecond, cpu, p50, p99 } of comparison.servers) {
    const ratio = variant === CONTROL ? undefined : ratioOf(comparison, 'cpu', variant, CONTROL);
    const numbers = [
      `${perSecond.toFixed(0).padStart(8)} requests/s`,
      `${cpu.toFixed(0).padStart(8)} µs CPU`,
      `${(ratio ? `× ${ratio.median.toFixed(2)}` : '').padStart(8)}`,
      `  ${p50.toFixed(2)} ms median, ${p99.toFixed(2)} ms 99 %`,
    ];
    console.log(`  ${variant.padEnd(28)}${numbers.join('')}`);
  }
  for (const { variant, reason } of comparison.refused)
    console.log(`  ${variant.padEnd(28)} not measured: ${reason}`);
}

/** What is done now. */
export function printHeading(text: string): void {
  console.log(`\n${text}`);
}

/** Processor time of functions. */
export function printFunctions(results: readonly MicroResult[]): void {
  if (results.length > 0) printHeading('Functions, µs a call');
  for (const { name, ours, others } of results) {
    const beside = Object.entries(others).map(([other, time]) => `${other} ${time.toFixed(2)}`);
    console.log(`  ${name}: ${ours.toFixed(2)}; ${beside.join(', ')}`);
  }
}

/** What becomes of more requests than the pool has connections. */
export function printPool(bursts: readonly Burst[]): void {
  if (bursts.length > 0) printHeading('Requests under way, on a pool of 10');
  for (const { underWay, served, refused, failed, p50, p99, perSecond } of bursts) {
    const counts = `${served} served, ${refused} refused, ${failed.length} failed`;
    const times = `${p50.toFixed(1)} ms median, ${p99.toFixed(1)} ms 99 %, ${perSecond.toFixed(0)}/s`;
    console.log(`  ${String(underWay).padStart(6)}: ${counts}; ${times}`);
  }
}

/** How fast events are delivered. */
export function printEvents({ latency, throughput }: EventDelivery): void {
  printHeading('Events');
  const { p50, p99, writes } = latency;
  console.log(`  after a write: ${p50.toFixed(2)} ms median, ${p99.toFixed(2)} ms 99 %, of ${writes} writes`);
  for (const { tenants, events, perSecond, cpu, repeated } of throughput) {
    const of = `${events} waiting events of ${tenants} tenant${tenants === 1 ? '' : 's'}`;
    console.log(`  ${of}: ${perSecond.toFixed(0)}/s, ${cpu.toFixed(0)} µs CPU, ${repeated} delivered again`);
  }
}

/** The verdict on each goal. */
export function printBars(bars: readonly Bar[]): void {
  console.log('\nGoals');
  for (const { name, value, bar, holds } of bars) {
    const verdict = holds === undefined ? '   ?' : holds ? '  ok' : 'MISS';
    console.log(`  ${verdict}  ${name}: ${value === undefined ? 'not measured' : value.toFixed(2)} (${bar})`);
  }
  const missed = bars.filter(({ holds }) => holds === false).length;
  const unknown = bars.filter(({ holds }) => holds === undefined).length;
  console.log(`\n${bars.length - missed - unknown} hold, ${missed} missed, ${unknown} not measured`);
}
