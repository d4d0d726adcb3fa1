const DATE_TIME =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:Z|([+-])(\d{2}):(\d{2}))?$/i;

/**
 * Reads an xsd:dateTime with date and time (RFC 7643 §2.3.5). Without an offset it is UTC (D-09). Years 1 to 9999;
 * fractions may have any length, what is beyond milliseconds is cut off; a leap second counts as the second after.
 *
 * Returns the instant in milliseconds since 1970 (UTC), undefined when the text is no valid date and time.
 */
export function parseDateTime(text: string): number | undefined {
  const parts = DATE_TIME.exec(text);
  if (!parts) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const offset = offsetMinutes(parts[8], Number(parts[9] ?? 0), Number(parts[10] ?? 0));
  if (offset === undefined) return undefined;
  const date = new Date(0);
  // Not Date.UTC: it takes years below 100 for 19xx.
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute - offset, second, milliseconds(parts[7]));
  return date.getTime();
}

/** Digits, not arithmetic: 0.001 times 1000 need not be 1 in binary fractions. */
function milliseconds(fraction: string | undefined): number {
  return fraction === undefined ? 0 : Number(fraction.slice(0, 3).padEnd(3, '0'));
}

function daysOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** XML Schema allows offsets up to 14:00. */
function offsetMinutes(sign: string | undefined, hours: number, minutes: number): number | undefined {
  if (hours > 14 || minutes > 59 || (hours === 14 && minutes > 0)) return undefined;
  return sign === '-' ? -(hours * 60 + minutes) : hours * 60 + minutes;
}
