import type { BulkOperation } from '../../protocol/bulk/bulk-operation.js';
import { withoutParts, withoutReferences } from '../../protocol/bulk/bulk-references.js';
import { ScimError } from '../../protocol/error/scim-error.js';
import type { JsonObject } from '../../protocol/schema/json.js';
import type { ResourceType } from '../../protocol/schema/resource-type.js';
import type { ResourceAnswer } from '../answer.js';
import type { ProvisioningContext } from '../provisioning-context.js';
import type { ProjectionParameters } from '../request-parameters.js';
import type { ResourceStore } from '../resource-store.js';
import type { ResourceWriter } from '../resource-writer.js';
import type { BulkOutcome } from './bulk-result.js';

/** One of the circle failed, and with it all that need it: every other one. */
class BrokenCircle extends Error {
  constructor(
    readonly place: number,
    readonly fault: ScimError,
  ) {
    super();
  }
}

/**
 * Creates resources that refer to each other in a circle (RFC 7644 §3.7.1): first each without the references that
 * cannot be known yet, then each as it was sent. In one transaction, since what cannot be linked must not remain.
 *
 * @param operations POSTs, each of which needs all others
 * @param resolve ids of resources outside of the circle; what it throws is the outcome of the operation
 */
export async function createCircle(
  operations: readonly BulkOperation[],
  { store, writer, caller }: { store: ResourceStore; writer: ResourceWriter; caller: ProvisioningContext },
  resolve: (bulkId: string) => string,
  projection: ProjectionParameters,
): Promise<BulkOutcome[]> {
  try {
    return await store.transaction(async (inside) => {
      const circle = new Circle(operations, writer.on(inside), caller, resolve, projection);
      await circle.create();
      return circle.link();
    });
  } catch (error) {
    if (!(error instanceof BrokenCircle)) throw error;
    const others = new ScimError(409, undefined, 'The operation refers to a bulkId whose operation failed.');
    return operations.map((_, place) => (place === error.place ? error.fault : others));
  }
}

class Circle {
  private readonly own: ReadonlySet<string>;
  private readonly ids = new Map<string, string>();
  private readonly answers: ResourceAnswer[] = [];

  constructor(
    private readonly operations: readonly BulkOperation[],
    private readonly writer: ResourceWriter,
    private readonly caller: ProvisioningContext,
    private readonly outside: (bulkId: string) => string,
    private readonly projection: ProjectionParameters,
  ) {
    this.own = new Set(operations.flatMap(({ bulkId }) => bulkId ?? []));
  }

  async create(): Promise<void> {
    const types = new Map<ResourceType, number[]>();
    this.operations.forEach(({ type }, place) => types.set(type, [...(types.get(type) ?? []), place]));
    for (const [type, places] of types) {
      const bodies = places.map((place) =>
        this.body(place, withoutParts(this.operations[place]!.data!, this.own)),
      );
      const outcomes = await this.writer.createMany(type, this.caller, bodies, undefined);
      outcomes.forEach((outcome, i) => {
        const place = places[i]!;
        if (outcome instanceof ScimError) throw new BrokenCircle(place, outcome);
        this.ids.set(this.operations[place]!.bulkId!, outcome.head.id);
        this.answers[place] = outcome;
      });
    }
  }

  async link(): Promise<BulkOutcome[]> {
    const outcomes: BulkOutcome[] = [];
    for (const [place, { type, data }] of this.operations.entries()) {
      const id = this.answers[place]!.head.id;
      const body = this.body(place, data!);
      const answer = await this.of(place, () =>
        this.writer.replace(type, this.caller, id, body, this.projection, {}),
      );
      outcomes.push({ status: 201, answer });
    }
    return outcomes;
  }

  private body(place: number, data: JsonObject): JsonObject {
    try {
      const operation = { ...this.operations[place]!, data };
      return withoutReferences(operation, (bulkId) => this.ids.get(bulkId) ?? this.outside(bulkId)).data!;
    } catch (error) {
      if (error instanceof ScimError) throw new BrokenCircle(place, error);
      throw error;
    }
  }

  private async of<T>(place: number, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof ScimError && error.status < 500) throw new BrokenCircle(place, error);
      throw error;
    }
  }
}
