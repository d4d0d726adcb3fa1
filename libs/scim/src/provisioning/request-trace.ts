import type { Leniency } from '../protocol/compat/profile.js';
import type { ScimError } from '../protocol/error/scim-error.js';
import type { Filter } from '../protocol/filter/ast.js';
import type { MembershipStep } from '../protocol/patch/membership.js';
import type { JsonObject } from '../protocol/schema/json.js';
import type { ResourceType } from '../protocol/schema/resource-type.js';

/** Content of a resource at one moment. */
export interface ResourceState {
  readonly document: JsonObject;
  /** Never-returned attributes. */
  readonly concealed: JsonObject;
}

/** What a request did to one resource. */
export interface ResourceFact {
  readonly type: ResourceType;
  readonly id: string;
  /** Undefined: it was not there, or nobody looked. */
  readonly before?: ResourceState;
  /** Undefined: it is not there any more, or nothing was written. */
  readonly after?: ResourceState;
  /** What was asked of its members. */
  readonly members?: readonly MembershipStep[];
  /** What was forgiven to read the body. */
  readonly leniency: Leniency;
}

/** What became of one operation of a Bulk request. */
export interface OperationFact {
  /** From 0, in the order of the request. */
  readonly place: number;
  /** Undefined: none that there is. */
  readonly method?: string;
  /** Undefined: the path names no resource type. */
  readonly type?: ResourceType;
  /** Id of the resource, as far as it is known. */
  readonly id?: string;
  readonly status: number;
  readonly error?: ScimError;
  readonly facts: readonly ResourceFact[];
  /** What was forgiven to this operation; undefined: see the facts. */
  readonly leniency?: Leniency;
}

/**
 * Collects what one request did, so that it can be told when it has been answered. Use cases write into it what they
 * know anyway; it costs no statement and nothing is computed before somebody reads it. One per request, carried by
 * the `ProvisioningContext`; missing where nobody listens.
 */
export class RequestTrace {
  readonly facts: ResourceFact[] = [];
  readonly operations: OperationFact[] = [];
  /** Of a query, as it was parsed. */
  filter: Filter | undefined;
  /** Matches of a query. */
  total: number | undefined;

  wrote(fact: ResourceFact): void {
    this.facts.push(fact);
  }
}
