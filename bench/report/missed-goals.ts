import type { Bar } from '../bars/bar.js';

/**
 * What is known about goals that are not reached, by the beginning of their bar's name: where the time goes, what was
 * tried, and why it stays. A text is shown only while its goal is missed; the longest beginning that fits counts.
 */
const KNOWN: Readonly<Record<string, string>> = {};

/** A list of the goals that a run missed, each with what is known about it. */
export function missedGoals(bars: readonly Bar[]): string {
  const missed = bars.filter(({ holds }) => holds === false);
  if (missed.length === 0) return '';
  const items = missed.map(({ name, value, bar }) => {
    const why = knownAbout(name) ?? 'not looked into yet.';
    return `- **${name}** (${Number(value!.toPrecision(3))}, ${bar}): ${why}`;
  });
  return `## Missed goals\n\n${items.join('\n')}`;
}

function knownAbout(name: string): string | undefined {
  const beginnings = Object.keys(KNOWN).filter((beginning) => name.startsWith(beginning));
  const [longest] = beginnings.toSorted((a, b) => b.length - a.length);
  return longest === undefined ? undefined : KNOWN[longest];
}
