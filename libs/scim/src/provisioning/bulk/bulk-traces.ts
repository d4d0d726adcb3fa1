import type { BulkRequest } from '../../protocol/bulk/bulk-operation.js';
import type { ProvisioningContext } from '../provisioning-context.js';
import { RequestTrace, type ResourceFact } from '../request-trace.js';
import { failed, type BulkOutcome } from './bulk-result.js';

/** Keeps apart what the operations of one Bulk request did. Does nothing where nobody listens. */
export class BulkTraces {
  private readonly singles = new Map<number, ProvisioningContext>();
  /** Of everything that is created by many at once; told apart by the ids. */
  private readonly many: RequestTrace | undefined;
  readonly batch: ProvisioningContext;

  constructor(private readonly caller: ProvisioningContext) {
    this.many = caller.trace && new RequestTrace();
    this.batch = this.many ? { ...caller, trace: this.many } : caller;
  }

  /** The caller, for one operation that runs by itself. */
  single(place: number): ProvisioningContext {
    if (!this.caller.trace) return this.caller;
    const own = { ...this.caller, leniency: this.caller.leniency.part(), trace: new RequestTrace() };
    this.singles.set(place, own);
    return own;
  }

  /** Adds what became of each operation to the trace of the request. */
  tell(
    { operations }: BulkRequest,
    outcomes: ReadonlyMap<number, BulkOutcome>,
    targetOf: (place: number) => string | undefined,
  ): void {
    const { trace } = this.caller;
    if (!trace || !this.many) return;
    const created = new Map<string, ResourceFact[]>();
    for (const fact of this.many.facts) created.set(fact.id, [...(created.get(fact.id) ?? []), fact]);
    for (const [place, { method, type }] of operations.entries()) {
      const outcome = outcomes.get(place);
      if (!outcome) continue;
      const own = this.singles.get(place);
      const error = failed(outcome) ? outcome : undefined;
      const id = (failed(outcome) ? undefined : outcome.answer?.head.id) ?? targetOf(place);
      const facts = own?.trace?.facts ?? created.get(id ?? '') ?? [];
      const { status } = outcome;
      trace.operations.push({
        place,
        method,
        type,
        id,
        status,
        error,
        facts: error ? [] : facts,
        leniency: own?.leniency,
      });
    }
  }
}
