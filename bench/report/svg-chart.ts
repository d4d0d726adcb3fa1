/** A line of a chart. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** A bar of a chart; the length says how its value compares with 1. */
export interface Bars {
  readonly title: string;
  readonly series: readonly string[];
  readonly rows: readonly { readonly label: string; readonly values: readonly (number | undefined)[] }[];
}

const COLOURS = ['#1f6feb', '#d1603d', '#2da44e', '#8250df', '#bf8700', '#57606a'];
const FONT = 'font-family="system-ui, sans-serif" font-size="12" fill="#57606a"';

/** Horizontal bars in groups, with a rule at 1. */
export function barChart({ title, series, rows }: Bars): string {
  const left = 260;
  const width = 460;
  const thick = 10;
  const step = series.length * thick + 8;
  const top = 44 + series.length * 16;
  const largest = Math.max(1.5, ...rows.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const x = (value: number): number => left + (Math.min(value, largest) / largest) * width;
  const height = top + rows.length * step + 12;
  const parts = rows.flatMap(({ label, values }, row) => {
    const y = top + row * step;
    const bars = values.map((value, i) => {
      if (value === undefined) return '';
      const at = y + i * thick;
      const text = `<text x="${x(value) + 4}" y="${at + 9}" ${FONT}>${value.toFixed(2)}</text>`;
      return `<rect x="${left}" y="${at}" width="${(x(value) - left).toFixed(1)}" height="${thick - 2}" fill="${colour(i)}"/>${text}`;
    });
    return [
      `<text x="${left - 8}" y="${y + (series.length * thick) / 2 + 4}" text-anchor="end" ${FONT}>${escaped(label)}</text>`,
      ...bars,
    ];
  });
  const rule = `<line x1="${x(1)}" x2="${x(1)}" y1="${top - 6}" y2="${height - 8}" stroke="#57606a" stroke-dasharray="3 3"/>`;
  return svg(left + width + 60, height, title, [...legend(series, left), rule, ...parts]);
}

/** Lines over logarithmic axes. */
export function lineChart(
  title: string,
  { x: xTitle, y: yTitle }: { x: string; y: string },
  lines: readonly Series[],
): string {
  const box = { left: 70, top: 44 + lines.length * 16, width: 560, height: 260 };
  const points = lines.flatMap((line) => line.points);
  const scale = (index: 0 | 1): ((value: number) => number) => {
    const logs = points.map((point) => Math.log10(Math.max(point[index], 1e-6)));
    const low = Math.floor(Math.min(...logs));
    const high = Math.max(Math.ceil(Math.max(...logs)), low + 1);
    return (value) => (Math.log10(Math.max(value, 1e-6)) - low) / (high - low);
  };
  const sx = scale(0);
  const sy = scale(1);
  const px = (value: number): number => box.left + sx(value) * box.width;
  const py = (value: number): number => box.top + box.height - sy(value) * box.height;
  const drawn = lines.flatMap(({ points: of }, i) => [
    `<polyline fill="none" stroke="${colour(i)}" stroke-width="2" points="${of.map(([a, b]) => `${px(a).toFixed(1)},${py(b).toFixed(1)}`).join(' ')}"/>`,
    ...of.map(
      ([a, b]) => `<circle cx="${px(a).toFixed(1)}" cy="${py(b).toFixed(1)}" r="3" fill="${colour(i)}"/>`,
    ),
  ]);
  const bottom = box.top + box.height;
  const frame = [
    `<rect x="${box.left}" y="${box.top}" width="${box.width}" height="${box.height}" fill="none" stroke="#d0d7de"/>`,
    ...ticks(points.map(([a]) => a)).map(
      (value) =>
        `<text x="${px(value)}" y="${bottom + 16}" text-anchor="middle" ${FONT}>${value.toLocaleString('en')}</text>`,
    ),
    ...ticks(points.map(([, b]) => b)).map(
      (value) =>
        `<line x1="${box.left}" x2="${box.left + box.width}" y1="${py(value)}" y2="${py(value)}" stroke="#d0d7de"/><text x="${box.left - 6}" y="${py(value) + 4}" text-anchor="end" ${FONT}>${value}</text>`,
    ),
    `<text x="${box.left + box.width / 2}" y="${bottom + 34}" text-anchor="middle" ${FONT}>${escaped(xTitle)}</text>`,
    `<text x="8" y="${box.top - 8}" ${FONT}>${escaped(yTitle)}</text>`,
  ];
  const names = lines.map(({ name }) => name);
  return svg(box.left + box.width + 30, bottom + 44, title, [
    ...legend(names, box.left + 80),
    ...frame,
    ...drawn,
  ]);
}

/** Powers of ten around the values. */
function ticks(values: readonly number[]): number[] {
  const logs = values.map((value) => Math.log10(Math.max(value, 1e-6)));
  const low = Math.floor(Math.min(...logs));
  const high = Math.max(Math.ceil(Math.max(...logs)), low + 1);
  return Array.from({ length: high - low + 1 }, (_, i) => Number((10 ** (low + i)).toPrecision(1)));
}

function legend(names: readonly string[], left: number): string[] {
  return names.map(
    (name, i) =>
      `<rect x="${left}" y="${34 + i * 16}" width="10" height="10" fill="${colour(i)}"/><text x="${left + 16}" y="${43 + i * 16}" ${FONT}>${escaped(name)}</text>`,
  );
}

function colour(i: number): string {
  return COLOURS[i % COLOURS.length]!;
}

function svg(width: number, height: number, title: string, parts: readonly string[]): string {
  const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`;
  const name = `<title>${escaped(title)}</title>`;
  const ground = `<rect width="${width}" height="${height}" fill="#ffffff"/>`;
  const heading = `<text x="8" y="20" font-family="system-ui, sans-serif" font-size="14" font-weight="600" fill="#1f2328">${escaped(title)}</text>`;
  return `${[head, name, ground, heading, ...parts.filter((part) => part !== ''), '</svg>'].join('\n')}\n`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
