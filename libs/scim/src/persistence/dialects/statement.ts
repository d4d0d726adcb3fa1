/** One SQL statement with its parameters `$1`, `$2`, …; values never stand in the text. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
  /** Worth a named prepared statement: the text is one of few and runs often. @default false */
  readonly prepare?: boolean;
}

/** An insert, update or delete whose rows nobody asks for; or a `select` that is sent for what it does. */
export interface Write extends Statement {
  /** It has to touch a row, or nothing of its transaction is written. @default false */
  readonly mustTouch?: boolean;
}

/** Collects the parameters of a statement; the same values in the same order always give the same text. */
export class Parameters {
  readonly values: unknown[] = [];

  /** The placeholder of a new parameter. */
  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}
