/**
 * The end of a `where` with its `order by`, for databases that take the index which a statement names: see
 * `Dialect.walk`.
 */
export function indexWalk(
  columns: readonly string[],
  start: 'at' | 'behind' | 'last',
  values: readonly string[],
  more: readonly string[],
): string {
  const last = columns.length - (start === 'behind' ? 1 : 0);
  const conditions = columns.map((column, i) => `${column} ${i < last ? '=' : '>'} ${values[i]}`);
  // Only what differs: MariaDB sorts where an order begins with what is the same for all.
  const order = [...columns.slice(last), ...more].map((column) => column + (start === 'last' ? ' desc' : ''));
  return `${conditions.join(' and ')} order by ${order.join(', ')}`;
}
