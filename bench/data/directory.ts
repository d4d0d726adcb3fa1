import type { Sizes } from './sizes.js';
import { seededUuid } from './seeded-uuid.js';

/** A tenant of the seeded data: its users have the numbers from `first` on. */
export interface Tenant {
  readonly id: string;
  /** Domain of its users' names. */
  readonly domain: string;
  readonly users: number;
  /** Number of its first user among all users. */
  readonly first: number;
}

/** A group on whose size something is measured. */
export interface SizedGroup {
  readonly id: string;
  /** Among all groups. */
  readonly number: number;
  readonly members: number;
}

/** What is where in the seeded data: computed from the sizes, so that no process has to look anything up. */
export class Directory {
  readonly tenants: readonly Tenant[];
  readonly large: Tenant;
  /** By growing size; the large one is the last. */
  readonly steps: readonly Tenant[];

  constructor(readonly sizes: Sizes) {
    const { tenants, users, largeTenant, stepTenants } = sizes;
    const rest = tenants - 1 - stepTenants.length;
    const left = users - largeTenant - stepTenants.reduce((sum, n) => sum + n, 0);
    const counts = [
      largeTenant,
      ...stepTenants,
      ...Array.from({ length: rest }, (_, i) => Math.floor(left / rest) + (i < left % rest ? 1 : 0)),
    ];
    let first = 0;
    this.tenants = counts.map((count, i) => {
      const id = i === 0 ? 'large' : i <= stepTenants.length ? `users-${count}` : `tenant-${i}`;
      const tenant = { id, domain: `${id}.example`, users: count, first };
      first += count;
      return tenant;
    });
    this.large = this.tenants[0]!;
    this.steps = [...this.tenants.slice(1, stepTenants.length + 1), this.large];
  }

  /** By growing size. */
  get sizedGroups(): readonly SizedGroup[] {
    return this.sizes.groupSizes.map((members, number) => ({
      id: seededUuid('group', number),
      number,
      members,
    }));
  }

  /** Tenant of about ten thousand users, or the largest below the large one. */
  get medium(): Tenant {
    return this.steps.find(({ users }) => users >= 10_000 && users < this.large.users) ?? this.steps.at(-2)!;
  }

  /** Id of the user with that number within its tenant. */
  userId(tenant: Tenant, number: number): string {
    return seededUuid('user', tenant.first + number);
  }

  /** Users of the large tenant that are in none of its sized groups. */
  get strangers(): number {
    return this.large.users - this.sizes.groupSizes[2];
  }

  /** Id of one of those, counted from 0 and round again. */
  stranger(number: number): string {
    return this.userId(this.large, this.sizes.groupSizes[2] + (number % this.strangers));
  }
}
