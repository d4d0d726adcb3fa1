/** How much is seeded and how long is measured. */
export interface Sizes {
  readonly name: 'tiny' | 'short' | 'full';
  /** Tenants in all, those below included. */
  readonly tenants: number;
  /** Users of all tenants. */
  readonly users: number;
  /** Users of the tenant on which most is measured. */
  readonly largeTenant: number;
  /** Users of further tenants that show how cost grows with the size of a tenant. */
  readonly stepTenants: readonly number[];
  /** Groups of all tenants. */
  readonly groups: number;
  /** Members of the groups on which group changes are measured; all of them in the large tenant. */
  readonly groupSizes: readonly [number, number, number];
  /** Position of a deep page in the large tenant. */
  readonly deep: number;
  /** Rounds in which the variants of an operation alternate. */
  readonly rounds: number;
  /** Length of one run in seconds. */
  readonly seconds: number;
  /** Requests that each server answers before anything is measured: V8 compiles what is used often, on the same core. */
  readonly warmUp: number;
  /** Operations for which the library is measured on Express too; undefined: all. */
  readonly onExpress: readonly string[] | undefined;
  /** Seconds of mixed load after which memory is looked at. */
  readonly mixed: number;
}

/** Operations for which there is a control on Express: it shows what the framework costs, once for each kind. */
export const COMPARED_ON_EXPRESS: readonly string[] = [
  'get-user',
  'filter-user-name',
  'list',
  'create-user',
  'patch-active',
];

const FULL: Sizes = {
  name: 'full',
  tenants: 100,
  users: 1_000_000,
  largeTenant: 300_000,
  stepTenants: [100, 1000, 10_000, 100_000],
  groups: 20_000,
  groupSizes: [10, 10_000, 100_000],
  deep: 200_000,
  rounds: 3,
  seconds: 2,
  onExpress: undefined,
  warmUp: 80_000,
  mixed: 60,
};

/** A tenth, except for the step tenants: what they show is the same in both forms. */
const SHORT: Sizes = {
  ...FULL,
  name: 'short',
  users: 100_000,
  largeTenant: 30_000,
  stepTenants: [100, 1000, 10_000],
  groups: 2000,
  groupSizes: [10, 1000, 10_000],
  deep: 20_000,
  rounds: 3,
  seconds: 0.7,
  warmUp: 20_000,
  onExpress: COMPARED_ON_EXPRESS,
  mixed: 15,
};

/** For work on the benchmark itself: everything runs, nothing it says means anything. */
const TINY: Sizes = {
  ...SHORT,
  name: 'tiny',
  tenants: 5,
  users: 6000,
  largeTenant: 4000,
  stepTenants: [100, 1000],
  groups: 50,
  groupSizes: [10, 100, 1000],
  deep: 3000,
  rounds: 1,
  seconds: 0.2,
  warmUp: 100,
  mixed: 2,
};

export const SIZES: Readonly<Record<Sizes['name'], Sizes>> = { tiny: TINY, short: SHORT, full: FULL };
