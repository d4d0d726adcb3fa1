import type { ResourceHead } from './resource-store.js';

/** JSON text, whole or in pieces. Pieces are for groups whose member list is too long to hold. */
export type AnswerBody = string | AsyncIterable<string>;

/** A resource ready to be sent. */
export interface ResourceAnswer {
  readonly head: ResourceHead;
  /** Absolute address of the resource. */
  readonly location: string;
  /** Undefined where the answer carries no body (PATCH of a group). */
  readonly body?: AnswerBody;
}
