import { Inject, Injectable } from '@nestjs/common';
import { isRefused, type BulkRequest } from '../../protocol/bulk/bulk-operation.js';
import { planBulk, type BulkPlan } from '../../protocol/bulk/bulk-plan.js';
import { ScimError } from '../../protocol/error/scim-error.js';
import type { ResourceType } from '../../protocol/schema/resource-type.js';
import type { AnswerBody } from '../answer.js';
import type { ProvisioningContext } from '../provisioning-context.js';
import { PROVISIONING_SETTINGS, type ProvisioningSettings } from '../provisioning-settings.js';
import { ResourceStore } from '../resource-store.js';
import { ResourceWriter } from '../resource-writer.js';
import { bulkResponse, bulkResult } from './bulk-result.js';
import { BulkRun } from './bulk-run.js';

/** Undoes the transaction of an atomic request in which an operation failed. */
class Undo extends Error {
  constructor(readonly run: BulkRun) {
    super();
  }
}

/**
 * Runs Bulk requests (RFC 7644 §3.7): planned before anything is written, each operation by itself or, with the option
 * `bulk.atomic`, all or nothing.
 */
@Injectable()
export class BulkExecutor {
  constructor(
    private readonly store: ResourceStore,
    private readonly writer: ResourceWriter,
    @Inject(PROVISIONING_SETTINGS) private readonly settings: ProvisioningSettings,
  ) {}

  /**
   * The BulkResponse: a result for each operation that was processed, in the order of the request.
   *
   * @param refusal why the caller may not write resources of a type; undefined when it may
   * @throws ScimError unavailable when an atomic request could not be run
   */
  async execute(
    request: BulkRequest,
    caller: ProvisioningContext,
    refusal: (type: ResourceType) => ScimError | undefined,
  ): Promise<AnswerBody> {
    const allowed = {
      ...request,
      operations: request.operations.map((operation) => checked(operation, refusal)),
    };
    const plan = planBulk(allowed.operations, request.failOnErrors !== undefined);
    const run = this.settings.bulk.atomic
      ? await this.inOneTransaction(allowed, caller, plan)
      : await this.run(allowed, caller, plan, this.store, this.writer);
    run.trace();
    return this.response(allowed, caller, run);
  }

  private async run(
    request: BulkRequest,
    caller: ProvisioningContext,
    plan: BulkPlan,
    store: ResourceStore,
    writer: ResourceWriter,
  ): Promise<BulkRun> {
    const run = new BulkRun({ request, plan, caller, store, writer, settings: this.settings });
    await run.run();
    return run;
  }

  private async inOneTransaction(
    request: BulkRequest,
    caller: ProvisioningContext,
    plan: BulkPlan,
  ): Promise<BulkRun> {
    try {
      return await this.store.transaction(async (inside) => {
        const run = await this.run(request, caller, plan, inside, this.writer.on(inside));
        if (run.hasFailed) throw new Undo(run);
        return run;
      });
    } catch (error) {
      if (!(error instanceof Undo)) throw error;
      error.run.undo();
      return error.run;
    }
  }

  private response(request: BulkRequest, { baseUrl, rules }: ProvisioningContext, run: BulkRun): AnswerBody {
    const settings = {
      etag: rules.features.etag,
      includeResponses: this.settings.bulk.includeResponses,
    };
    const results = request.operations.flatMap((operation, place) => {
      const outcome = run.outcomes.get(place);
      if (!outcome) return [];
      const target = run.targetOf(place);
      const location =
        operation.type && target !== undefined
          ? `${baseUrl}${operation.type.endpoint}/${encodeURIComponent(target)}`
          : undefined;
      return [bulkResult(operation, outcome, location, settings)];
    });
    return bulkResponse(results);
  }
}

/** An operation on resources that the caller may not write has failed before it begins. */
function checked(
  operation: BulkRequest['operations'][number],
  refusal: (type: ResourceType) => ScimError | undefined,
): BulkRequest['operations'][number] {
  if (isRefused(operation)) return operation;
  const fault = refusal(operation.type);
  return fault ? { ...operation, fault } : operation;
}
