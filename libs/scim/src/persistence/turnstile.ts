/** The turn did not come in time. */
export class TurnstileTimeout extends Error {
  override readonly name = 'TurnstileTimeout';
}

/**
 * Lets so many calls through at a time, in order of arrival. One for SQLite: it has one connection, on which a read
 * must not fall into the middle of another call's transaction.
 */
export class Turnstile {
  private readonly waiting: (() => void)[] = [];

  constructor(private free = 1) {}

  /**
   * Runs `work` when its turn comes.
   * @param patience milliseconds to wait for the turn; without end by default
   * @throws TurnstileTimeout when the turn did not come in time
   */
  async pass<T>(work: () => Promise<T>, patience?: number): Promise<T> {
    if (this.free > 0) this.free--;
    else await this.turn(patience);
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.free++;
    }
  }

  private turn(patience: number | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const leave = (): void => {
        this.waiting.splice(this.waiting.indexOf(enter), 1);
        reject(new TurnstileTimeout());
      };
      const timer = patience === undefined ? undefined : setTimeout(leave, patience);
      this.waiting.push(enter);
    });
  }
}
