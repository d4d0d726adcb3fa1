import { mkdirSync, writeFileSync } from 'node:fs';
import { type Comparison, ratioOf } from '../measure/comparison.js';
import { CONTROL, CONTROL_EXPRESS, LIBRARY, LIBRARY_EXPRESS } from '../servers/start-variants.js';
import type { Bar } from '../bars/bar.js';
import type { Burst } from '../pool/burst.js';
import { missedGoals } from './missed-goals.js';
import type { GrowthLine, Results } from './results-file.js';
import { barChart, lineChart } from './svg-chart.js';

const PAGE = 'docs/reference/performance.md';
const PLOTS = 'docs/reference/performance';

/** Writes the page of the results and its plots. */
export function writePage(results: Results): void {
  mkdirSync(PLOTS, { recursive: true });
  writeFileSync(`${PLOTS}/ratios.svg`, ratioChart(results.comparisons));
  const charts = growthCharts(results);
  for (const { file, svg } of charts) writeFileSync(`${PLOTS}/${file}`, svg);
  const sections = [
    introduction(results),
    goals(results.bars),
    missedGoals(results.bars),
    operations(results.comparisons),
    peers(results.besidePeers),
    counts(results),
    growth(charts),
    pool(results.pool),
    events(results),
    micro(results),
  ];
  writeFileSync(PAGE, `${sections.filter((section) => section !== '').join('\n\n')}\n`);
}

function introduction({ surroundings: on, sizes }: Results): string {
  const number = (value: number): string => value.toLocaleString('en');
  return `# Performance

<!-- Written by npm run bench; do not edit. -->

What the library costs, measured by \`npm run bench\` (form \`${sizes.name}\`) on ${on.date}: ${on.processor}, ${on.cores} cores,
${on.memoryGiB} GiB, Node ${on.node}, PostgreSQL ${on.postgres}${on.pinned ? '; servers on one core, load and database on another' : ''}.
Data: ${number(sizes.users)} users in ${sizes.tenants} tenants, one of them with ${number(sizes.largeTenant)}; ${number(sizes.groups)} groups, one of them with ${number(sizes.groupSizes[2])} members.

The **control** is a bare Nest + Fastify (or Express) handler that runs the same SQL by hand with prepared statements and
the same cache of tokens, and validates nothing: the limit of what a library on these frameworks can reach. Servers take
turns in ${sizes.rounds} rounds, there and back; numbers are medians, ratios are medians of the ratios within a round. Processor time
is that of the server process and steadier than requests per second: on a shared machine these move by half.
[How it is measured](../../bench/README.md).`;
}

function goals(bars: readonly Bar[]): string {
  const rows = bars.map(({ name, value, bar, holds, detail }) => [
    name,
    value === undefined ? '' : rounded(value),
    bar,
    holds === undefined ? 'not measured' : holds ? 'holds' : '**missed**',
    detail ?? '',
  ]);
  return `## Goals\n\n${table(['Goal', 'Measured', 'Bar', 'Verdict', 'Range'], rows)}`;
}

function operations(comparisons: readonly Comparison[]): string {
  const rows = comparisons.flatMap((comparison) =>
    comparison.servers.map(({ variant, perSecond, cpu, p50, p99 }) => {
      const other = variant === LIBRARY ? CONTROL : variant === LIBRARY_EXPRESS ? CONTROL_EXPRESS : undefined;
      const ratio = other && ratioOf(comparison, 'cpu', variant, other);
      const range = ratio
        ? `${rounded(ratio.median)} (${rounded(ratio.lowest)} to ${rounded(ratio.highest)})`
        : '';
      return [comparison.title, variant, rounded(perSecond), rounded(cpu), range, rounded(p50), rounded(p99)];
    }),
  );
  const heads = ['Operation', 'Server', 'Requests/s', 'CPU µs', 'CPU to control', 'Median ms', '99 % ms'];
  const refused = comparisons.flatMap(({ title, refused: of }) =>
    of.map(
      ({ variant, reason }) => `- ${title}, ${variant}: ${reason.replaceAll(/\s+/g, ' ').slice(0, 160)}`,
    ),
  );
  const wrong =
    refused.length === 0
      ? ''
      : `\n\nServers that did not answer as asked and were not measured:\n\n${refused.join('\n')}`;
  return `## Operations\n\n![Processor time to the control, by operation](performance/ratios.svg)\n\n${table(heads, rows)}${wrong}`;
}

function peers(comparisons: readonly Comparison[]): string {
  if (comparisons.length === 0) return '';
  const names = [
    ...new Set(
      comparisons.flatMap(({ servers, refused }) => [...servers, ...refused].map(({ variant }) => variant)),
    ),
  ];
  const rows = comparisons.map((comparison) => [
    comparison.title,
    ...names.map((name) => {
      const found = comparison.servers.find(({ variant }) => variant === name);
      if (!found) return 'no';
      const ratio = name === LIBRARY ? undefined : ratioOf(comparison, 'perSecond', LIBRARY, name)?.median;
      return `${rounded(found.perSecond)}/s, ${rounded(found.cpu)} µs${ratio === undefined ? '' : ` (${rounded(ratio)} ×)`}`;
    }),
  ]);
  const refused = comparisons.flatMap(({ title, refused: of }) =>
    of.map(
      ({ variant, reason }) => `- ${title}, ${variant}: ${reason.replaceAll(/\s+/g, ' ').slice(0, 160)}`,
    ),
  );
  const why = refused.length === 0 ? '' : `\n\nWhere it says no:\n\n${refused.join('\n')}`;
  return `## Peers

Requests per second and processor time of a request; in brackets how many times as many requests a second the library
serves. One server was written in a hurry, for this: regular expressions for filters, \`SELECT *\`, a query of groups for
each user, members in the document of their group. SCIMMY has a store written for this, as its documentation suggests. Both
have the same users; better-auth and Polis have fewer, made through their own interfaces, and groups of 900 members.

${table(['Operation', ...names], rows)}${why}`;
}

function counts({ counts: of }: Results): string {
  if (of.length === 0) return '';
  const rows = of.map(({ operation, statements, transactionStatements, walBytes }) => [
    operation,
    String(statements),
    String(transactionStatements),
    walBytes === undefined ? '' : rounded(walBytes),
  ]);
  const heads = ['Operation', 'Statements', 'of which begin or commit', 'WAL bytes'];
  return `## Counts\n\nOf one request; they do not depend on the machine.\n\n${table(heads, rows)}`;
}

function growth(charts: readonly { file: string; title: string }[]): string {
  if (charts.length === 0) return '';
  const pictures = charts.map(({ file, title }) => `![${title}](performance/${file})`);
  return `## Growth\n\n${pictures.join('\n\n')}`;
}

function pool(bursts: readonly Burst[]): string {
  if (bursts.length === 0) return '';
  const rows = bursts.map(({ underWay, served, refused, failed, p50, p99, perSecond }) => [
    underWay.toLocaleString('en'),
    rounded(p50),
    rounded(p99),
    rounded(perSecond),
    served.toLocaleString('en'),
    String(refused),
    String(failed.length),
  ]);
  const heads = ['Under way', 'Median ms', '99 % ms', 'Served per second', 'Served', 'Refused', 'Failed'];
  return `## A full pool

GET of a user by id with more and more requests under way, on a server with 10 connections to its database. What is over the
limit of requests under way is refused with 503 and \`Retry-After\`; all else fails.

${table(heads, rows)}`;
}

function events({ events: of }: Results): string {
  if (!of) return '';
  const { latency, throughput } = of;
  const rows = throughput.map(({ tenants, events: waiting, perSecond, cpu, repeated }) => [
    `${waiting.toLocaleString('en')} of ${tenants} tenant${tenants === 1 ? '' : 's'}`,
    rounded(perSecond),
    rounded(cpu),
    String(repeated),
  ]);
  const heads = ['Events that wait', 'Delivered per second', 'CPU µs', 'Delivered again'];
  return `## Events

From the end of an answered write until an \`@OnScimEvent\` method of the same process hears of it: ${rounded(latency.p50)} ms
(median), ${rounded(latency.p99)} ms (99 %), at 20 writes per second. A relay with the default options that works off what waits:

${table(heads, rows)}`;
}

function micro({ micro: of }: Results): string {
  if (of.length === 0) return '';
  const names = [...new Set(of.flatMap(({ others }) => Object.keys(others)))];
  const rows = of.map(({ name, ours, others }) => [
    name,
    ours.toFixed(2),
    ...names.map((other) => {
      const value = others[other];
      return value === undefined ? '' : `${value.toFixed(2)} (${rounded(value / ours)} ×)`;
    }),
  ]);
  return `## Functions\n\nMicroseconds a call.\n\n${table(['Function', 'nestjs-scim', ...names], rows)}`;
}

function ratioChart(comparisons: readonly Comparison[]): string {
  const rows = comparisons.map((comparison) => ({
    label: comparison.operation,
    values: [
      ratioOf(comparison, 'cpu', LIBRARY, CONTROL)?.median,
      ratioOf(comparison, 'cpu', LIBRARY_EXPRESS, CONTROL_EXPRESS)?.median,
    ],
  }));
  return barChart({
    title: 'Processor time of a request, to the control (1 = the same)',
    series: ['on Fastify', 'on Express'],
    rows: rows.filter(({ values }) => values.some((value) => value !== undefined)),
  });
}

/** What becomes of the time of a request as more and more are under way. */
function poolLines(bursts: readonly Burst[]): GrowthLine[] {
  const chart = 'Time of a request on a full pool against requests under way';
  return (['p50', 'p99'] as const).flatMap((what) => {
    const points = bursts
      .filter(({ served }) => served > 0)
      .map((burst) => [burst.underWay, burst[what]] as const);
    return points.length === 0 ? [] : [{ chart, line: what === 'p50' ? 'median' : '99 %', points }];
  });
}

function growthCharts({
  growth: grown,
  pool: bursts,
}: Results): { file: string; title: string; svg: string }[] {
  const lines = [...grown, ...poolLines(bursts)];
  const titles = [...new Set(lines.map(({ chart }) => chart))];
  return titles.map((title) => {
    const of = lines.filter(({ chart }) => chart === title);
    const series = of.map(({ line, points }) => ({ name: line, points }));
    const [, size = 'size'] = title.split(' against ');
    return {
      file: `${title.toLowerCase().replaceAll(/[^a-z]+/g, '-')}.svg`,
      title,
      svg: lineChart(title, { x: size, y: 'milliseconds' }, series),
    };
  });
}

/** Padded as Prettier does it. */
function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [heads, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = heads.map((_, i) => Math.max(3, ...cells.map((row) => (row[i] ?? '').length)));
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, i) => (row[i] ?? '').padEnd(width)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(cells[0]!), rule, ...cells.slice(1).map(line)].join('\n');
}

/** Three digits that count. */
function rounded(value: number): string {
  if (value === 0) return '0';
  return Math.abs(value) >= 1000
    ? Math.round(value).toLocaleString('en')
    : String(Number(value.toPrecision(3)));
}
