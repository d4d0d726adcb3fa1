import { Logger } from '@nestjs/common';
import { isRefused, type BulkOperation, type BulkRequest } from '../../protocol/bulk/bulk-operation.js';
import type { BulkPlan, BulkStep } from '../../protocol/bulk/bulk-plan.js';
import { bulkIdOf, withoutReferences } from '../../protocol/bulk/bulk-references.js';
import { ScimError } from '../../protocol/error/scim-error.js';
import { readPatch } from '../../protocol/patch/read-patch.js';
import type { JsonObject } from '../../protocol/schema/json.js';
import type { ResourceType } from '../../protocol/schema/resource-type.js';
import type { ResourceAnswer } from '../answer.js';
import type { ProvisioningContext } from '../provisioning-context.js';
import type { ProvisioningSettings } from '../provisioning-settings.js';
import type { Preconditions, ProjectionParameters } from '../request-parameters.js';
import type { ResourceStore } from '../resource-store.js';
import { hasDetached, type ResourceWriter } from '../resource-writer.js';
import { createCircle } from './create-circle.js';
import { failed, type BulkOutcome } from './bulk-result.js';
import { BulkTraces } from './bulk-traces.js';

/** What a run works with. */
export interface BulkRunParts {
  readonly request: BulkRequest;
  readonly plan: BulkPlan;
  readonly caller: ProvisioningContext;
  readonly store: ResourceStore;
  readonly writer: ResourceWriter;
  readonly settings: ProvisioningSettings;
}

/** Ends a batch that went further than failOnErrors allows. */
class WentTooFar extends Error {}

/** One run through the operations of a Bulk request. */
export class BulkRun {
  /** By place in the request; those that were not processed are missing. */
  readonly outcomes = new Map<number, BulkOutcome>();
  private readonly logger = new Logger('Scim');
  private readonly ids = new Map<string, string>();
  private readonly traces: BulkTraces;
  private errors = 0;

  constructor(private readonly parts: BulkRunParts) {
    this.traces = new BulkTraces(parts.caller);
  }

  get hasFailed(): boolean {
    return this.errors > 0;
  }

  async run(): Promise<void> {
    for (const step of this.parts.plan.steps) {
      if (this.stopped) return;
      await this.perform(step);
    }
  }

  /** Id of the resource that an operation means, as far as it is known; undefined for POST. */
  targetOf(place: number): string | undefined {
    const { target } = this.parts.request.operations[place]!;
    if (target === undefined) return undefined;
    const bulkId = bulkIdOf(target);
    return bulkId === undefined ? target : this.ids.get(bulkId);
  }

  /** Adds what became of each operation to the trace of the request. */
  trace(): void {
    this.traces.tell(this.parts.request, this.outcomes, (place) => this.targetOf(place));
  }

  /** Makes this the account of a run whose transaction was undone: the errors, and of all else that it is not so. */
  undo(): void {
    const detail =
      'Not applied: another operation failed, and this server applies all operations of a request or none.';
    for (const [place, outcome] of this.outcomes) {
      if (!failed(outcome)) this.outcomes.set(place, new ScimError(409, undefined, detail));
    }
    this.ids.clear();
  }

  private get stopped(): boolean {
    const { failOnErrors } = this.parts.request;
    return failOnErrors !== undefined && this.errors >= failOnErrors;
  }

  private async perform(step: BulkStep): Promise<void> {
    switch (step.kind) {
      case 'single':
        return this.note(step.operation, await this.single(step.operation));
      case 'creates':
        return this.creates(step.type, step.operations);
      case 'circle': {
        const operations = step.operations.map((place) => this.operation(place));
        const outcomes = await this.guarded(operations, () =>
          createCircle(
            operations,
            { ...this.parts, caller: this.traces.batch },
            (bulkId) => this.resolve(bulkId),
            this.projection,
          ),
        );
        step.operations.forEach((place, i) => this.note(place, outcomes[i]!));
        return;
      }
      case 'unresolvable': {
        const detail =
          'The operation would have to come both before and after another one; send it by itself.';
        return this.note(step.operation, new ScimError(409, undefined, detail));
      }
    }
  }

  private operation(place: number): BulkOperation {
    const operation = this.parts.request.operations[place]!;
    if (isRefused(operation)) throw new Error('A refused Bulk operation was planned.');
    return operation;
  }

  private note(place: number, outcome: BulkOutcome): void {
    this.outcomes.set(place, outcome);
    if (failed(outcome)) this.errors++;
    const { bulkId } = this.parts.request.operations[place]!;
    const made = this.parts.plan.definitions.get(bulkId ?? '') === place;
    if (bulkId !== undefined && made && !failed(outcome) && outcome.answer) {
      this.ids.set(bulkId, outcome.answer.head.id);
    }
  }

  /** @throws ScimError invalidValue for a bulkId that nothing defines, 409 for one whose operation failed */
  private resolve(bulkId: string): string {
    const id = this.ids.get(bulkId);
    if (id !== undefined) return id;
    if (!this.parts.plan.definitions.has(bulkId)) {
      throw ScimError.invalidValue('The operation refers to a bulkId that no POST of this request has.');
    }
    throw new ScimError(409, undefined, 'The operation refers to a bulkId whose operation failed.');
  }

  /** As many as failOnErrors lets through; what comes after them is left undone. */
  private async creates(type: ResourceType, places: readonly number[]): Promise<void> {
    const { failOnErrors } = this.parts.request;
    for (let rest = places; rest.length > 0 && !this.stopped;) {
      const allowed = failOnErrors === undefined ? Infinity : failOnErrors - this.errors;
      const outcomes = await this.createUpTo(type, rest, allowed);
      outcomes.forEach((outcome, i) => this.note(rest[i]!, outcome));
      rest = rest.slice(outcomes.length);
    }
  }

  /** Outcomes of the first operations, up to and with the one that is the last error allowed. */
  private async createUpTo(
    type: ResourceType,
    places: readonly number[],
    allowed: number,
  ): Promise<BulkOutcome[]> {
    const { store, writer } = this.parts;
    if (allowed === Infinity) return this.guarded(places, () => this.create(type, places, writer));
    let kept = places;
    const outcomes = await this.guarded(places, () =>
      store.transaction(async (inside) => {
        const created = await this.create(type, places, writer.on(inside));
        const errors = created.flatMap((outcome, i) => (failed(outcome) ? [i] : []));
        const last = errors[allowed - 1];
        if (last !== undefined) kept = places.slice(0, last + 1);
        if (kept.length < places.length) throw new WentTooFar();
        return created;
      }),
    );
    if (kept.length === places.length) return outcomes;
    return this.guarded(kept, () => this.create(type, kept, writer));
  }

  private async create(
    type: ResourceType,
    places: readonly number[],
    writer: ResourceWriter,
  ): Promise<BulkOutcome[]> {
    const outcomes = places.map((): BulkOutcome | undefined => undefined);
    const bodies: JsonObject[] = [];
    places.forEach((place, i) => {
      try {
        bodies.push(withoutReferences(this.operation(place), (bulkId) => this.resolve(bulkId)).data!);
      } catch (error) {
        outcomes[i] = this.fault(error);
      }
    });
    const created = await writer.createMany(type, this.traces.batch, bodies, this.shown);
    const next = created[Symbol.iterator]();
    return outcomes.map((outcome) => {
      if (outcome) return outcome;
      const answer = next.next().value!;
      return answer instanceof ScimError ? this.fault(answer) : { status: 201, answer };
    });
  }

  /** Runs work that has one outcome for each of `places`; when it fails as a whole, each of them has failed. */
  private async guarded(
    places: readonly unknown[],
    work: () => Promise<BulkOutcome[]>,
  ): Promise<BulkOutcome[]> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof WentTooFar) return [];
      const fault = this.fault(error);
      return places.map(() => fault);
    }
  }

  private async single(place: number): Promise<BulkOutcome> {
    const operation = this.parts.request.operations[place]!;
    if (isRefused(operation)) return operation.fault;
    try {
      const resolved = withoutReferences(operation, (bulkId) => this.resolve(bulkId));
      return await this.change(resolved, resolved.target!, this.traces.single(place));
    } catch (error) {
      return this.fault(error);
    }
  }

  private async change(
    { method, type, data, version }: BulkOperation,
    id: string,
    caller: ProvisioningContext,
  ): Promise<BulkOutcome> {
    const { writer } = this.parts;
    const preconditions: Preconditions =
      version === undefined || !caller.rules.features.etag ? {} : { ifMatch: version };
    switch (method) {
      case 'POST':
        throw new Error('POST is planned as a create.');
      case 'PUT': {
        const answer = await writer.replace(type, caller, id, data!, this.projection, preconditions);
        return { status: 200, answer };
      }
      case 'PATCH':
        return patched(await this.patch(type, caller, id, data!, preconditions));
      case 'DELETE':
        await writer.remove(type, caller, id, preconditions);
        return { status: 204 };
    }
  }

  private patch(
    type: ResourceType,
    caller: ProvisioningContext,
    id: string,
    data: JsonObject,
    preconditions: Preconditions,
  ): Promise<ResourceAnswer> {
    const { writer, settings } = this.parts;
    const limits = { operations: settings.limits.patchOperations };
    const operations = readPatch(data, caller.leniency, limits);
    // The answer to a PATCH of a group has no body unless attributes are named.
    const projection = hasDetached(type) ? {} : this.projection;
    return writer.modify(type, caller, id, operations, projection, preconditions);
  }

  /** What the answers of many creations hold; undefined: nothing. */
  private get shown(): ProjectionParameters | undefined {
    return this.parts.settings.bulk.includeResponses ? {} : undefined;
  }

  /** Without responses nothing is read that only a representation needs. */
  private get projection(): ProjectionParameters {
    return this.parts.settings.bulk.includeResponses ? {} : { attributes: ['id'] };
  }

  private fault(error: unknown): ScimError {
    if (error instanceof ScimError) {
      if (error.status < 500 || error.status === 501) return error;
      this.logger.error(
        'A Bulk operation failed',
        error.cause instanceof Error ? error.cause.stack : undefined,
      );
      return error;
    }
    // In one transaction it may be a lost race, after which all of it has to be done again.
    if (this.parts.settings.bulk.atomic) throw error;
    this.logger.error('A Bulk operation failed', error instanceof Error ? error.stack : undefined);
    return ScimError.internal(error);
  }
}

function patched(answer: ResourceAnswer): BulkOutcome {
  return { status: answer.body === undefined ? 204 : 200, answer };
}
