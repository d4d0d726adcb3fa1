import { type Comparison, ratioOf } from '../measure/comparison.js';
import { NAIVE } from '../peers/peers.js';
import { LIBRARY } from '../servers/start-variants.js';
import { type Bar, bar } from './bar.js';

/**
 * How many times as many requests a second ours must serve as SCIMMY with a careful store, and as a server that was
 * written in a hurry; 1 elsewhere. Those of groups are meant for 10,000 members.
 */
const FACTORS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  SCIMMY: {
    'get-user': 2,
    'filter-user-name': 2,
    'create-user': 3,
    'patch-active': 3,
    list: 10,
    'add-member-middle': 500,
  },
  [NAIVE]: {
    'get-user': 2,
    'filter-user-name': 2,
    'filter-external-id': 2,
    'create-user': 1.2,
    'patch-active': 1.2,
    list: 8,
    'add-member-middle': 30,
  },
};

/** The goals against the peers (19), and being ahead of each of them wherever both have the operation. */
export function peerBars(comparisons: readonly Comparison[]): Bar[] {
  return comparisons.flatMap((comparison) =>
    comparison.servers
      .filter(({ variant }) => variant !== LIBRARY)
      .map(({ variant, perSecond }) => {
        const ratio = ratioOf(comparison, 'perSecond', LIBRARY, variant);
        const factor = FACTORS[variant]?.[comparison.operation] ?? 1;
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
