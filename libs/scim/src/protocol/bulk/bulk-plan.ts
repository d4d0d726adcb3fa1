import type { ResourceType } from '../schema/resource-type.js';
import { OperationAccesses, type AccessKind } from './bulk-accesses.js';
import { isRefused, type BulkOperation, type RefusedOperation } from './bulk-operation.js';
import { referencesOf } from './bulk-references.js';
import { orderedComponents } from './components.js';

/** What is done next. Operations are named by their places in the request, counted from 0. */
export type BulkStep =
  /** One operation; also one that was refused when it was read. */
  | { readonly kind: 'single'; readonly operation: number }
  /** POSTs of one type that do not need each other, in the order of the request. */
  | { readonly kind: 'creates'; readonly type: ResourceType; readonly operations: readonly number[] }
  /** POSTs that refer to each other in a circle, or one to itself: to be created first and linked then. */
  | { readonly kind: 'circle'; readonly operations: readonly number[] }
  /** It would have to come both before and after another one (RFC 7644 §3.7.1: 409). */
  | { readonly kind: 'unresolvable'; readonly operation: number };

export interface BulkPlan {
  readonly steps: readonly BulkStep[];
  /** The POST that defines each bulkId, by place; also one that was refused when it was read. */
  readonly definitions: ReadonlyMap<string, number>;
}

/**
 * What orders operations besides references. The request is kept in its order as far as references allow
 * (`position`); where they do not, as far as operations concern the same things; and in the end only operations on the
 * same resource keep theirs.
 */
const STAGES: readonly (readonly AccessKind[])[] = [
  ['position', 'name'],
  ['resource', 'name', 'names', 'versions'],
  ['resource'],
];

/**
 * Orders the operations of a Bulk request before anything is written, so that each comes after what it refers to and
 * the outcome is that of the order given (RFC 7644 §3.7, P-3.7-11).
 *
 * @param strict keep the order also among POSTs, because processing may stop anywhere (failOnErrors)
 */
export function planBulk(
  operations: readonly (BulkOperation | RefusedOperation)[],
  strict: boolean,
): BulkPlan {
  const definitions = definitionsIn(operations);
  const planner = new Planner(operations, definitions, strict);
  return { steps: planner.steps(), definitions };
}

function definitionsIn(
  operations: readonly (BulkOperation | RefusedOperation)[],
): ReadonlyMap<string, number> {
  const definitions = new Map<string, number>();
  operations.forEach(({ method, bulkId }, place) => {
    if (bulkId !== undefined && method?.toUpperCase() === 'POST' && !definitions.has(bulkId)) {
      definitions.set(bulkId, place);
    }
  });
  return definitions;
}

class Planner {
  /** By place: the operations that its operation refers to. */
  private readonly needs: readonly ReadonlySet<number>[];
  /** By place: the operations that refer to its operation. */
  private readonly neededBy: readonly number[][];
  private readonly accesses: OperationAccesses;

  constructor(
    private readonly operations: readonly (BulkOperation | RefusedOperation)[],
    definitions: ReadonlyMap<string, number>,
    private readonly strict: boolean,
  ) {
    this.needs = operations.map((operation) => {
      if (isRefused(operation)) return new Set<number>();
      const places = [...referencesOf(operation)].map((id) => definitions.get(id));
      return new Set(places.filter((place) => place !== undefined));
    });
    const neededBy: number[][] = operations.map(() => []);
    this.needs.forEach((places, operation) => {
      for (const place of places) neededBy[place]!.push(operation);
    });
    this.neededBy = neededBy;
    this.accesses = new OperationAccesses(operations, strict);
  }

  steps(): BulkStep[] {
    const ordered = this.arrange([...this.operations.keys()], 0);
    return this.batches(ordered);
  }

  /** Single operations and circles, in order. */
  private arrange(places: readonly number[], stage: number): BulkStep[] {
    const successors = this.accesses.successors(places, STAGES[stage]!);
    for (const place of places) {
      for (const later of this.neededBy[place]!) successors.get(place)!.add(later);
    }
    return orderedComponents(places, successors).flatMap((component) => {
      const [operation] = component;
      if (component.length === 1 && !this.needs[operation!]!.has(operation!)) {
        return [{ kind: 'single', operation: operation! }];
      }
      return stage + 1 < STAGES.length ? this.arrange(component, stage + 1) : this.breakCircle(component);
    });
  }

  /** Only what a POST makes can be linked later; another operation in the circle has no place at all. */
  private breakCircle(places: readonly number[]): BulkStep[] {
    const isPost = (place: number): boolean => this.operations[place]!.method === 'POST';
    const posts = places.filter(isPost);
    if (posts.length === places.length) return [{ kind: 'circle', operations: posts }];
    const others = places.filter((place) => !isPost(place));
    return [
      ...others.map((operation): BulkStep => ({ kind: 'unresolvable', operation })),
      ...this.arrange(posts, STAGES.length - 1),
    ];
  }

  /** Joins POSTs that stand together and do not need each other. */
  private batches(ordered: readonly BulkStep[]): BulkStep[] {
    const steps: BulkStep[] = [];
    let run: number[] = [];
    const flush = (): void => {
      steps.push(...(this.strict ? this.inOrder(run) : this.byLevel(run)));
      run = [];
    };
    for (const step of ordered) {
      const operation = step.kind === 'single' ? this.operations[step.operation]! : undefined;
      if (step.kind === 'single' && operation && !isRefused(operation) && operation.method === 'POST') {
        run.push(step.operation);
        continue;
      }
      flush();
      steps.push(step);
    }
    flush();
    return steps;
  }

  /** Neighbours of one type that do not refer to each other. */
  private inOrder(run: readonly number[]): BulkStep[] {
    const batches: number[][] = [];
    let batch = new Set<number>();
    for (const place of run) {
      const [first] = batch;
      const joins =
        first !== undefined &&
        this.typeOf(first) === this.typeOf(place) &&
        ![...this.needs[place]!].some((needed) => batch.has(needed));
      if (joins) {
        batch.add(place);
        batches.at(-1)!.push(place);
      } else {
        batch = new Set([place]);
        batches.push([place]);
      }
    }
    return batches.map((operations) => this.creates(operations));
  }

  /** First all that need nothing of this run, then all that need those, and so on; each level by type. */
  private byLevel(run: readonly number[]): BulkStep[] {
    const levelOf = new Map<number, number>();
    const lastWithName = new Map<string, number>();
    const levels: Map<ResourceType, number[]>[] = [];
    for (const place of run) {
      const name = this.accesses.nameOf(place);
      const earlier = name === undefined ? undefined : lastWithName.get(name);
      const before = [...this.needs[place]!].map((needed) => levelOf.get(needed) ?? -1);
      const afterName = earlier === undefined ? 0 : levelOf.get(earlier)!;
      const level = Math.max(afterName, ...before.map((needed) => needed + 1));
      levelOf.set(place, level);
      if (name !== undefined) lastWithName.set(name, place);
      const types = (levels[level] ??= new Map<ResourceType, number[]>());
      const type = this.typeOf(place);
      const batch = types.get(type);
      if (batch) batch.push(place);
      else types.set(type, [place]);
    }
    return levels.flatMap((types) => [...types.values()].map((operations) => this.creates(operations)));
  }

  private creates(operations: readonly number[]): BulkStep {
    return { kind: 'creates', type: this.typeOf(operations[0]!), operations };
  }

  private typeOf(place: number): ResourceType {
    return this.operations[place]!.type!;
  }
}
