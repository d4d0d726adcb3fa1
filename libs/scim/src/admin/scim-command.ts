import { ScimLogError } from '../log/log-error.js';
import { ScimBreakerError } from '../provisioning/breaker/breaker-error.js';
import { ScimDeletionError } from '../provisioning/deletion/deletion-error.js';
import { ScimRoleError } from '../roles/role-error.js';
import { ScimTokenError } from '../tokens/token-error.js';
import { type Command, CommandOptions, type CommandServices, UsageError } from './command-line.js';
import { usage } from './command-usage.js';
import { BREAKER_COMMANDS } from './breaker-commands.js';
import { CONNECTION_COMMANDS } from './connection-commands.js';
import { DELETION_COMMANDS } from './deletion-commands.js';
import { LOG_COMMANDS } from './log-commands.js';
import { OUTBOX_COMMANDS } from './outbox-commands.js';
import { ROLE_COMMANDS } from './role-commands.js';
import { TOKEN_COMMANDS } from './token-commands.js';

const COMMANDS: readonly Command[] = [
  ...TOKEN_COMMANDS,
  ...CONNECTION_COMMANDS,
  ...LOG_COMMANDS,
  ...DELETION_COMMANDS,
  ...BREAKER_COMMANDS,
  ...ROLE_COMMANDS,
  ...OUTBOX_COMMANDS,
];
const PROGRAM = 'npm run scim --';

/**
 * The help text when `argv` asks for help or is empty; undefined when there is work to do. A host asks this first, so
 * that help needs no database.
 */
export function scimCommandHelp(argv: readonly string[]): string | undefined {
  const asked = argv.length === 0 || argv[0] === 'help' || argv.includes('--help') || argv.includes('-h');
  if (!asked) return undefined;
  const words = argv.filter((word) => word !== 'help' && !word.startsWith('-'));
  const topic = [3, 2, 1].map((count) => words.slice(0, count).join(' ')).find(isTopic);
  return usage(COMMANDS, PROGRAM, topic);
}

/**
 * Administers tokens, connections, deleted resources, breakers, roles and the outbox, and reads the provisioning log,
 * from a command line (without `node` and the script in `argv`).
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
  const command = commandOf(argv);
  if (!command) {
    const topic = isTopic(argv[0] ?? '') ? argv[0] : undefined;
    services.err(`There is no such command.\n\n${usage(COMMANDS, PROGRAM, topic)}`);
    return 2;
  }
  try {
    await command.run(CommandOptions.parse(command, argv.slice(command.words.split(' ').length)), services);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      services.err(`${error.message}\n\n${usage(COMMANDS, PROGRAM, command.words)}`);
      return 2;
    }
    if (isRefusal(error)) {
      services.err(`${error.message}\n`);
      return 1;
    }
    throw error;
  }
}

/** What a service refuses, with a message that says what to do. */
function isRefusal(error: unknown): error is Error {
  return (
    error instanceof ScimTokenError ||
    error instanceof ScimLogError ||
    error instanceof ScimDeletionError ||
    error instanceof ScimBreakerError ||
    error instanceof ScimRoleError
  );
}

/** The one with the most words that the command line begins with. */
function commandOf(argv: readonly string[]): Command | undefined {
  for (const count of [3, 2]) {
    const words = argv.slice(0, count).join(' ');
    const command = COMMANDS.find((one) => one.words === words);
    if (command) return command;
  }
  return undefined;
}

function isTopic(words: string): boolean {
  return COMMANDS.some((one) => one.words === words || one.words.startsWith(`${words} `)) && words !== '';
}
