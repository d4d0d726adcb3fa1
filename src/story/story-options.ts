import { parseArgs } from 'node:util';
import { StoryError } from './story-error.js';

/** How the story is told. */
export interface StoryOptions {
  /** Address of the application. */
  readonly url: string;
  /** People hired on the first day. @default 500 */
  readonly hires: number;
  /** Whether to start an instance for the story, on a database that is thrown away. */
  readonly start: boolean;
}

export const STORY_HELP = `A customer's first week, played against a running instance: connect, hire, groups, promotion, rename,
termination, rehire, DELETE. It shows what happened in the directory and in the application, side by side.

  npm run story -- [options]

  --url URL     address of the application (default http://127.0.0.1:3000; start it with npm start)
  --start       start an instance for the story, on a database that is thrown away
  --hires N     people hired on the first day, 3 to 5000 (default 500)
  --help        this text

The story founds a workspace of its own, so it can be told again and again, and touches no other one.
Exit code: 0 when everything happened as it must, 1 otherwise.
`;

/** Undefined when the help was asked for. @throws StoryError */
export function readStoryOptions(argv: readonly string[]): StoryOptions | undefined {
  const { url, hires, start, help } = parse(argv);
  if (help === true) return undefined;
  const count = Number(hires ?? '500');
  if (!Number.isInteger(count) || count < 3 || count > 5000) {
    throw new StoryError('--hires must be a number from 3 to 5000.');
  }
  if (url !== undefined && start === true) throw new StoryError('Give either --url or --start.');
  const address = url ?? 'http://127.0.0.1:3000';
  if (!/^https?:\/\//.test(address) || !URL.canParse(address)) {
    throw new StoryError('--url must look like http://127.0.0.1:3000.');
  }
  return { url: new URL(address).origin, hires: count, start: start === true };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        url: { type: 'string' },
        hires: { type: 'string' },
        start: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new StoryError(`${(error as Error).message}\nnpm run story -- --help shows the options.`);
  }
}
