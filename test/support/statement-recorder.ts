import type { Logger } from 'typeorm';

/** Keeps the statements as they were sent, to have them counted or explained. */
export class StatementRecorder implements Logger {
  statements: { text: string; values: unknown[] }[] = [];

  logQuery(text: string, values: unknown[] = []): void {
    this.statements.push({ text, values });
  }
  logQueryError(): void {}
  logQuerySlow(): void {}
  logSchemaBuild(): void {}
  logMigration(): void {}
  log(): void {}
}
