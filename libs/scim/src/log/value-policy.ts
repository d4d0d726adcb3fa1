import { createHmac, randomBytes } from 'node:crypto';
import type { JsonValue } from '../protocol/schema/json.js';
import type { LogSettings } from './log-settings.js';

/** Characters that are kept of one value. */
const LONGEST = 200;

/** What the log shows of a value: nothing, a keyed digest that tells only whether two are the same, or the value. */
export class ValuePolicy {
  private readonly key: string | Uint8Array;

  constructor(private readonly settings: Pick<LogSettings, 'values' | 'hashKey'>) {
    // Names and addresses are easily guessed: without a key a digest would hide nothing.
    this.key = settings.hashKey ?? randomBytes(32);
  }

  /** Undefined where values are not kept, and for no value. */
  shown(value: JsonValue | undefined): string | undefined {
    if (value === undefined || this.settings.values === 'none') return undefined;
    const text = JSON.stringify(value);
    if (this.settings.values === 'full') return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
    return `#${createHmac('sha256', this.key).update(text).digest('hex').slice(0, 16)}`;
  }

  /** The same where something must stand. */
  placeholder(value: JsonValue): string {
    return this.shown(value) ?? '?';
  }
}
