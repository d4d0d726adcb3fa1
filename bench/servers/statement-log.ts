import type { DataSource, Logger } from 'typeorm';
import type { StatementRecorder } from './answer-questions.js';
import type { RecordedStatement } from './server-messages.js';

/** Keeps the statements of a DataSource while it is asked to. */
export class StatementLog implements StatementRecorder {
  private readonly silent: Logger;

  constructor(private readonly dataSource: DataSource) {
    this.silent = dataSource.logger;
  }

  private statements: RecordedStatement[] = [];

  start(): void {
    this.statements = [];
    const { silent } = this;
    this.dataSource.logger = {
      logQuery: (text: string, values: unknown[] = []) => void this.statements.push({ text, values }),
      logQueryError: () => undefined,
      logQuerySlow: () => undefined,
      logSchemaBuild: () => undefined,
      logMigration: () => undefined,
      log: (...args: Parameters<Logger['log']>) => silent.log(...args),
    };
  }

  stop(): readonly RecordedStatement[] {
    this.dataSource.logger = this.silent;
    return this.statements;
  }
}
