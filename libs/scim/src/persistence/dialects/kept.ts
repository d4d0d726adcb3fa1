/** More of them than any host has; what could grow without end does not. */
const MOST = 1000;

/** What is made once for each key: texts of statements by what they differ in. A text kept is also found faster than a new one. */
export class Kept<T> {
  private readonly made = new Map<string, T>();

  /** @param key must tell apart everything that `make` depends on */
  get(key: string, make: () => T): T {
    let known = this.made.get(key);
    if (known === undefined) {
      known = make();
      if (this.made.size >= MOST) this.made.clear();
      this.made.set(key, known);
    }
    return known;
  }
}
