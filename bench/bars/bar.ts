/** A goal of the project, and whether this run reaches it. */
export interface Bar {
  /** Number of the goal, and what it says. */
  readonly name: string;
  /** What was measured; undefined: not in this run. */
  readonly value: number | undefined;
  /** The limit with its direction, for example `<= 1.25`. */
  readonly bar: string;
  readonly holds: boolean | undefined;
  /** How the value came about. */
  readonly detail?: string;
}

/** A value that must not be above (or below) a limit. */
export function bar(
  name: string,
  value: number | undefined,
  direction: '<=' | '>=',
  limit: number,
  detail?: string,
): Bar {
  const measured = value === undefined || Number.isNaN(value) ? undefined : value;
  const reaches = (of: number): boolean => (direction === '<=' ? of <= limit : of >= limit);
  return {
    name,
    value: measured,
    bar: `${direction} ${limit}`,
    holds: measured === undefined ? undefined : reaches(measured),
    detail,
  };
}
