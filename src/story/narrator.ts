const WIDTH = 46;

/** Where the lines go. */
export interface StoryOutput {
  /** A whole line of the story. */
  readonly line: (text: string) => void;
  /** How far a long step is; the next call replaces it. */
  readonly progress: (text: string) => void;
}

/** Tells what happened in the directory and in the application, side by side. */
export class Narrator {
  private steps = 0;

  constructor(private readonly out: StoryOutput) {}

  begin(): void {
    this.row('THE DIRECTORY', 'THE APPLICATION');
    this.out.line(`${'─'.repeat(WIDTH)}┼${'─'.repeat(WIDTH)}`);
  }

  step(title: string, directory: string | readonly string[], application: string | readonly string[]): void {
    this.steps += 1;
    const left = [`${this.steps}. ${title}`, ...[directory].flat().flatMap(wrapped)];
    const right = ['', ...[application].flat().flatMap(wrapped)];
    for (let i = 0; i < Math.max(left.length, right.length); i++) this.row(left[i] ?? '', right[i] ?? '');
    this.row('', '');
  }

  progress(done: number, of: number, what: string): void {
    this.out.progress(`   ${what}: ${done} of ${of}`);
  }

  private row(left: string, right: string): void {
    this.out.line(`${left.padEnd(WIDTH)}│ ${right}`.trimEnd());
  }
}

/** Breaks a sentence into indented lines that fit the column. */
function wrapped(text: string): string[] {
  const lines: string[] = [];
  let line = '  ';
  for (const word of text.split(' ')) {
    if (line.trim() !== '' && line.length + word.length > WIDTH - 1) {
      lines.push(line.trimEnd());
      line = '  ';
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()];
}
