import { parseArgs } from 'node:util';
import type { ScimLog } from '../log/scim-log.js';
import type { ScimBreaker } from '../provisioning/breaker/scim-breaker.js';
import type { ScimDeletions } from '../provisioning/deletion/scim-deletions.js';
import type { ScimRoleMappings } from '../roles/scim-role-mappings.js';
import type { ScimRoles } from '../roles/scim-roles.js';
import type { Outbox } from '../events/outbox.js';
import type { ScimTokens } from '../tokens/scim-tokens.js';
import { SCIM_TOKEN_PATTERN } from '../tokens/token-format.js';

/** What a command works with. */
export interface CommandServices {
  readonly tokens: ScimTokens;
  /** For the commands on the provisioning log. @default undefined (they are refused) */
  readonly log?: ScimLog;
  /** For `deleted …`. @default undefined: those commands are refused */
  readonly deletions?: ScimDeletions;
  /** For `breaker …`. @default undefined: those commands are refused */
  readonly breaker?: ScimBreaker;
  /** For the commands on roles; without, they say that they are not there. @default undefined */
  readonly roles?: ScimRoles;
  readonly roleMappings?: ScimRoleMappings;
  /** For the commands on the outbox. @default undefined: they are refused */
  readonly outbox?: Outbox;
  /** Address of the SCIM endpoints, as the identity provider is to be given it. */
  readonly baseUrl: string;
  /** Writes a text to standard output; it brings its own line ends. */
  readonly out: (text: string) => void;
  /** Writes a text to standard error; it brings its own line ends. */
  readonly err: (text: string) => void;
}

/** One command: its words, what it is for, its options, and what it does. */
export interface Command {
  /** For example `token issue`. */
  readonly words: string;
  readonly summary: string;
  readonly options: readonly CommandOption[];
  run(options: CommandOptions, services: CommandServices): Promise<void>;
}

export interface CommandOption {
  readonly name: string;
  /** Word for the value in the help; undefined: a switch without value. */
  readonly value?: string;
  readonly required?: boolean;
  readonly help: string;
}

/** The command line is wrong: exit code 2, with the usage. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The options of one call, by name. */
export class CommandOptions {
  private constructor(private readonly values: ReadonlyMap<string, string | true>) {}

  /** @throws UsageError for what the command does not know, and for a missing option or value */
  static parse(command: Command, args: readonly string[]): CommandOptions {
    const options = new Map(command.options.map((option) => [option.name, option]));
    const values = new Map<string, string | true>();
    for (const [name, value] of Object.entries(parseStrictly(command, args))) {
      if (typeof value === 'string' && value.trim() === '') throw new UsageError(`--${name} needs a value.`);
      if (typeof value === 'string' || value === true) values.set(name, value);
    }
    for (const option of options.values()) {
      if (option.required && !values.has(option.name)) {
        throw new UsageError(`--${option.name} ${option.value ?? ''} is missing.`);
      }
    }
    return new CommandOptions(values);
  }

  /** Value of an option that is required. */
  required(name: string): string {
    return this.text(name) ?? '';
  }

  text(name: string): string | undefined {
    const value = this.values.get(name);
    return typeof value === 'string' ? value : undefined;
  }

  given(name: string): boolean {
    return this.values.has(name);
  }

  /** @throws UsageError when it is not a whole number */
  number(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--${name} is a whole number.`);
    return Number(text);
  }
}

function parseStrictly(command: Command, args: readonly string[]): Record<string, unknown> {
  const options = Object.fromEntries(
    command.options.map(({ name, value }) => [
      name,
      { type: value ? ('string' as const) : ('boolean' as const) },
    ]),
  );
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError(readable(error));
  }
}

/** The first sentence is enough, and a token that was pasted in the wrong place must not be repeated. */
function readable(error: unknown): string {
  const text = error instanceof Error ? error.message : 'The command line is wrong.';
  const [sentence = text] = text.split(/\. |\n/);
  const shown = sentence.replace(new RegExp(SCIM_TOKEN_PATTERN, 'g'), 'scim_…');
  return shown.endsWith('.') ? shown : `${shown}.`;
}
