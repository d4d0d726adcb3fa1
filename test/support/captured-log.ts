import type { INestApplication, LoggerService } from '@nestjs/common';
import { format } from 'node:util';

/** Everything that an application logs, on every level, and what goes past its logger to the console. */
export class CapturedLog {
  private readonly lines: string[] = [];
  private restore: (() => void) | undefined;

  /** For `configure` of `bootScim`. */
  attach(app: INestApplication): void {
    const write = (...parts: unknown[]): void => void this.lines.push(format(...parts));
    const logger: LoggerService = {
      log: write,
      error: write,
      warn: write,
      debug: write,
      verbose: write,
      fatal: write,
    };
    app.useLogger(logger);
    const streams = [process.stdout, process.stderr].map((stream) => ({
      stream,
      original: stream.write.bind(stream),
    }));
    for (const { stream, original } of streams) {
      stream.write = ((chunk: string | Uint8Array, ...rest: never[]) => {
        this.lines.push(Buffer.from(chunk as string).toString('utf8'));
        return original(chunk, ...rest);
      }) as typeof stream.write;
    }
    this.restore = () => {
      for (const { stream, original } of streams) stream.write = original as typeof stream.write;
    };
  }

  detach(): void {
    this.restore?.();
  }

  get text(): string {
    return this.lines.join('\n');
  }
}
