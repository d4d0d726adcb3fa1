import type { EntityManager } from 'typeorm';
import type { EventOf, ScimEventClass } from './scim-event-class.js';

/** A method with `@BeforeScimCommit`. */
export type BeforeCommitMethod<C extends readonly ScimEventClass[]> = (
  event: EventOf<C>,
  manager: EntityManager,
) => unknown;

const CLASSES = Symbol('scim.before-commit');

/**
 * Puts a method of any provider inside the transaction of the change: called with the event and the transaction's
 * EntityManager, all or nothing with the change. When it throws, the change is rolled back; the client gets a thrown
 * `ScimError` as it is and 500 for everything else, whose cause is in the log only.
 *
 * Keep it short and in the database: the resource stays locked meanwhile, and a lost race runs it again. Mails and
 * calls of other services belong into `@OnScimEvent`.
 *
 * @param classes events to listen to; `ScimEvent` means all of them
 * @example
 * @BeforeScimCommit(UserDeactivated, UserDeleted)
 * async endSessions(event: UserDeactivated | UserDeleted, manager: EntityManager) {
 *   await manager.delete(RefreshToken, { userId: event.resourceId });
 * }
 */
export function BeforeScimCommit<const C extends readonly [ScimEventClass, ...ScimEventClass[]]>(
  ...classes: C
): <M extends BeforeCommitMethod<C>>(
  target: object,
  name: string | symbol,
  method: TypedPropertyDescriptor<M>,
) => void {
  return (_target, _name, method) => {
    Reflect.defineMetadata(CLASSES, classes, method.value!);
  };
}

/** What a method listens to; undefined for one without the decorator. */
export function beforeCommitClasses(method: object): readonly ScimEventClass[] | undefined {
  return Reflect.getMetadata(CLASSES, method) as readonly ScimEventClass[] | undefined;
}
