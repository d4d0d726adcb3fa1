import type { TokenRefusal } from '../../log/log-entry.js';
import type { ScimError } from '../../protocol/error/scim-error.js';
import { RequestTrace } from '../../provisioning/request-trace.js';
import { queryIn } from '../intake/query-parameters.js';
import { requestIdOf } from '../intake/request-id.js';
import { tidyPath } from '../intake/scim-location.js';
import { type RawRequest, requestTarget } from '../intake/scim-request.js';

/** Why nobody was let in, and whose token it was where that is known. */
export interface Refusal {
  readonly reason: TokenRefusal;
  readonly tenantId?: string;
  readonly connectionId?: string;
  readonly tokenPrefix?: string;
}

/** One request and its answer: what is known of it before, beside and after the use case. */
export class Exchange {
  readonly at = Date.now();
  readonly trace: RequestTrace | undefined;
  /** What the answer says went wrong. */
  error: ScimError | undefined;
  refusal: Refusal | undefined;
  /** Not let in for want of room: the log hears nothing of it, so that refusing costs next to nothing. */
  turnedAway = false;
  private readonly startedAt = performance.now();
  private tidied: string | undefined;
  private parsed: URLSearchParams | undefined;

  private constructor(
    /** Names the request in the answer, in the log and in events. */
    readonly requestId: string,
    readonly method: string,
    /** As the client sent it, before any tidying. */
    readonly target: string,
    logged: boolean,
  ) {
    this.trace = logged ? new RequestTrace() : undefined;
  }

  static of(request: RawRequest, logged: boolean): Exchange {
    const { method = 'GET', headers } = request;
    return new Exchange(requestIdOf(headers), method, requestTarget(request), logged);
  }

  /** Path of the target with one slash between segments and none at the end; without the query. */
  get path(): string {
    return (this.tidied ??= tidyPath(this.target));
  }

  /** Parameters of the target. */
  get query(): URLSearchParams {
    return (this.parsed ??= queryIn(this.target));
  }

  get milliseconds(): number {
    return Math.round(performance.now() - this.startedAt);
  }
}
