import { type Comparison, ratioOf } from '../measure/comparison.js';
import { LIBRARY } from '../servers/start-variants.js';
import { type Bar, bar } from './bar.js';

/** How many times as many requests a second ours must serve as SCIMMY with a careful store; 1 elsewhere. */
const SCIMMY_FACTORS: Readonly<Record<string, number>> = {
  'get-user': 2,
  'filter-user-name': 2,
  'create-user': 3,
  'patch-active': 3,
  list: 10,
  'add-member-middle': 500,
};

/** The goals against the peers (19), and being ahead of each of them wherever both have the operation. */
export function peerBars(comparisons: readonly Comparison[]): Bar[] {
  return comparisons.flatMap((comparison) =>
    comparison.servers
      .filter(({ variant }) => variant !== LIBRARY)
      .map(({ variant, perSecond }) => {
        const ratio = ratioOf(comparison, 'perSecond', LIBRARY, variant);
        const factor = variant === 'SCIMMY' ? (SCIMMY_FACTORS[comparison.operation] ?? 1) : 1;
        return bar(
          `19 ${comparison.operation}: requests per second, to ${variant}`,
          ratio?.median,
          '>=',
          factor,
          `the peer serves ${perSecond.toPrecision(3)} a second`,
        );
      }),
  );
}
