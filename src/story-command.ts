import type { StoryOutput } from './story/narrator.js';
import { startOwnHost } from './story/own-host.js';
import { StoryError } from './story/story-error.js';
import { readStoryOptions, STORY_HELP } from './story/story-options.js';
import { tellStory } from './story/story.js';
import { stopOnSignal } from './stop-on-signal.js';

/** `npm run story -- …` */
async function run(argv: readonly string[]): Promise<void> {
  const options = readStoryOptions(argv);
  if (!options) {
    process.stdout.write(STORY_HELP);
    return;
  }
  const output = terminal();
  if (!options.start) {
    await tellStory(options.url, options.hires, output);
    process.stdout.write('Everything happened as it must.\n');
    return;
  }
  process.stderr.write('Starting an instance for the story…\n');
  const host = await startOwnHost();
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopped ??= host.stop());
  stopOnSignal(stop);
  try {
    await tellStory(host.url, options.hires, output);
    process.stdout.write('Everything happened as it must.\n');
  } finally {
    await stop();
  }
}

/** Progress on standard error: on a terminal one line that is written over, elsewhere a line now and then. */
function terminal(): StoryOutput {
  const { isTTY } = process.stderr;
  let shownAt = 0;
  let open = false;
  const clear = (): void => {
    if (open) process.stderr.write('\r\u001b[K');
    open = false;
  };
  return {
    line: (text) => {
      clear();
      process.stdout.write(`${text}\n`);
    },
    progress: (text) => {
      if (performance.now() - shownAt < (isTTY ? 100 : 5000)) return;
      shownAt = performance.now();
      clear();
      process.stderr.write(isTTY ? text : `${text}\n`);
      open = isTTY;
    },
  };
}

run(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    const reason = error instanceof Error ? error.message : 'unknown error';
    process.stderr.write(`\n${error instanceof StoryError ? reason : `The story failed: ${reason}`}\n`);
    process.exit(1);
  },
);
