const WIDTH = 30;

/** A line on standard error that shows how far something is; without a terminal one line at its end. */
export class ProgressBar {
  private done = 0;
  private shown = -1;
  private readonly startedAt = Date.now();

  constructor(
    private readonly label: string,
    private readonly total: number,
  ) {}

  advance(by: number): void {
    this.done += by;
    const percent = this.total === 0 ? 100 : Math.floor((this.done / this.total) * 100);
    if (percent === this.shown || !process.stderr.isTTY) return;
    this.shown = percent;
    const filled = Math.min(WIDTH, Math.round((percent / 100) * WIDTH));
    process.stderr.write(`\r${this.label} [${'#'.repeat(filled)}${' '.repeat(WIDTH - filled)}] ${percent} %`);
  }

  end(): void {
    const seconds = ((Date.now() - this.startedAt) / 1000).toFixed(1);
    process.stderr.write(
      `${process.stderr.isTTY ? '\r\u001b[K' : ''}${this.label}: ${this.done} in ${seconds} s\n`,
    );
  }
}
