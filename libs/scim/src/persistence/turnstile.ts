/**
 * Lets one call through at a time, in order of arrival. SQLite has one connection, on which a read must not fall
 * into the middle of another call's transaction.
 */
export class Turnstile {
  private last: Promise<unknown> = Promise.resolve();

  pass<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work, work);
    this.last = turn.catch(() => undefined);
    return turn;
  }
}
