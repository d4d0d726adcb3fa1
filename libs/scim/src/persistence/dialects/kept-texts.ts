/** More of them than any host has; what could grow without end does not. */
const MOST = 1000;

/** Texts that are made once: those of statements by what they differ in. A text kept is also found faster than a new one. */
export class KeptTexts {
  private readonly texts = new Map<string, string>();

  /** @param key must tell apart everything that `make` depends on */
  get(key: string, make: () => string): string {
    let text = this.texts.get(key);
    if (text === undefined) {
      text = make();
      if (this.texts.size >= MOST) this.texts.clear();
      this.texts.set(key, text);
    }
    return text;
  }
}
