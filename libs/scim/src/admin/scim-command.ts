import { ScimLogError } from '../log/log-error.js';
import { ScimTokenError } from '../tokens/token-error.js';
import { type Command, CommandOptions, type CommandServices, UsageError } from './command-line.js';
import { usage } from './command-usage.js';
import { CONNECTION_COMMANDS } from './connection-commands.js';
import { LOG_COMMANDS } from './log-commands.js';
import { TOKEN_COMMANDS } from './token-commands.js';

const COMMANDS: readonly Command[] = [...TOKEN_COMMANDS, ...CONNECTION_COMMANDS, ...LOG_COMMANDS];
const PROGRAM = 'npm run scim --';

/**
 * The help text when `argv` asks for help or is empty; undefined when there is work to do. A host asks this first, so
 * that help needs no database.
 */
export function scimCommandHelp(argv: readonly string[]): string | undefined {
  const asked = argv.length === 0 || argv[0] === 'help' || argv.includes('--help') || argv.includes('-h');
  if (!asked) return undefined;
  const words = argv.filter((word) => word !== 'help' && !word.startsWith('-')).slice(0, 2);
  const topic = [words.join(' '), words[0] ?? ''].find(isTopic);
  return usage(COMMANDS, PROGRAM, topic);
}

/**
 * Administers tokens and connections, and reads the provisioning log, from a command line (without `node` and the script in `argv`).
 *
 * Returns the exit code: 0 done, 1 refused (what to change is on `err`), 2 wrong command line (with the usage on
 * `err`). A failing store makes it reject.
 */
export async function runScimCommand(services: CommandServices, argv: readonly string[]): Promise<number> {
  const help = scimCommandHelp(argv);
  if (help !== undefined) {
    services.out(help);
    return 0;
  }
  const words = argv.slice(0, 2).join(' ');
  const command = COMMANDS.find((one) => one.words === words);
  if (!command) {
    const topic = isTopic(argv[0] ?? '') ? argv[0] : undefined;
    services.err(`There is no such command.\n\n${usage(COMMANDS, PROGRAM, topic)}`);
    return 2;
  }
  try {
    await command.run(CommandOptions.parse(command, argv.slice(2)), services);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      services.err(`${error.message}\n\n${usage(COMMANDS, PROGRAM, command.words)}`);
      return 2;
    }
    if (error instanceof ScimTokenError || error instanceof ScimLogError) {
      services.err(`${error.message}\n`);
      return 1;
    }
    throw error;
  }
}

function isTopic(words: string): boolean {
  return COMMANDS.some((one) => one.words === words || one.words.startsWith(`${words} `)) && words !== '';
}
