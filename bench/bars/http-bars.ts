import { type Comparison, type Ratio, ratioOf } from '../measure/comparison.js';
import {
  CLOSED,
  CONTROL,
  CONTROL_EXPRESS,
  FIND_ONE,
  LIBRARY,
  LIBRARY_EXPRESS,
} from '../servers/start-variants.js';
import { type Bar, bar } from './bar.js';

/** The comparisons of a run by the name of the operation. */
export type Comparisons = ReadonlyMap<string, Comparison>;

/** Operations that have to be measured to judge a goal. */
export function operationsOfGoal(number: string): readonly string[] {
  return OPERATIONS_OF_GOALS[number] ?? [];
}

const OPERATIONS_OF_GOALS: Readonly<Record<string, readonly string[]>> = {
  1: ['get-user'],
  2: ['get-user'],
  3: ['get-user', 'get-user-alone'],
  4: ['token-check'],
  7: ['get-user', 'filter-user-name', 'filter-external-id'],
  8: ['get-user', 'filter-email'],
  9: ['add-member-small', 'add-member-huge', 'remove-member-small', 'remove-member-huge'],
  12: ['read-group-alone-small', 'read-group-alone-huge'],
  13: ['list-first-cursor', 'list-deep-cursor'],
};

/** Goals that compare servers on the same operation. */
export function httpBars(comparisons: Comparisons): Bar[] {
  const ratio = (
    operation: string,
    what: 'cpu' | 'perSecond',
    above: string,
    below: string,
  ): Ratio | undefined => {
    const comparison = comparisons.get(operation);
    return comparison && ratioOf(comparison, what, above, below);
  };
  const alone = ratio('get-user-alone', 'cpu', LIBRARY, FIND_ONE);
  const judged = (
    name: string,
    of: Ratio | undefined,
    direction: '<=' | '>=',
    limit: number,
    more?: string,
  ): Bar =>
    bar(
      name,
      of?.median,
      direction,
      limit,
      of &&
        [`${of.lowest.toFixed(2)} to ${of.highest.toFixed(2)} in ${of.rounds.length} rounds`, more]
          .filter((part) => part !== undefined)
          .join('; '),
    );
  return [
    judged(
      '1 GET by id: processor time, to the control',
      ratio('get-user', 'cpu', LIBRARY, CONTROL),
      '<=',
      1.25,
    ),
    judged(
      '1 GET by id: requests per second, to the control',
      ratio('get-user', 'perSecond', LIBRARY, CONTROL),
      '>=',
      0.8,
    ),
    judged(
      '2 GET by id on Express: processor time, to the control on Express',
      ratio('get-user', 'cpu', LIBRARY_EXPRESS, CONTROL_EXPRESS),
      '<=',
      1.25,
    ),
    judged(
      '3 GET by id: processor time, to repository.findOne (and find for the groups)',
      ratio('get-user', 'cpu', LIBRARY, FIND_ONE),
      '<=',
      0.5,
      alone && `without the groups ${alone.median.toFixed(2)}`,
    ),
    judged(
      '4 token check in memory: processor time, to none',
      ratio('token-check', 'cpu', CLOSED, LIBRARY),
      '<=',
      1.3,
    ),
    ...['filter-user-name', 'filter-external-id'].map((operation) =>
      between(`7 ${operation}: time, to GET by id`, comparisons, operation, 'get-user', 1.3),
    ),
    between('8 filter-email: time, to GET by id', comparisons, 'filter-email', 'get-user', 3),
    ...['add', 'remove'].map((change) =>
      between(
        `9 ${change} 1 member: time, largest group to smallest`,
        comparisons,
        `${change}-member-huge`,
        `${change}-member-small`,
        1.3,
      ),
    ),
    between(
      '12 GET a group without its members: time, largest to smallest',
      comparisons,
      'read-group-alone-huge',
      'read-group-alone-small',
      1.2,
    ),
    between('13 cursor page: time, deep to first', comparisons, 'list-deep-cursor', 'list-first-cursor', 1.5),
  ];
}

/** Two operations of the library's server: how much longer a request of the one takes, round by round. */
export function between(
  name: string,
  comparisons: Comparisons,
  above: string,
  below: string,
  limit: number,
): Bar {
  const value = timeRatio(comparisons, above, below);
  return bar(name, value, '<=', limit);
}

export function timeRatio(comparisons: Comparisons, above: string, below: string): number | undefined {
  const perSecond = (operation: string): number | undefined =>
    comparisons.get(operation)?.servers.find(({ variant }) => variant === LIBRARY)?.perSecond;
  const slow = perSecond(above);
  const fast = perSecond(below);
  return slow === undefined || fast === undefined ? undefined : fast / slow;
}
