import type { Command } from './command-line.js';

/** Help for all commands, or for those whose words begin with `topic`. */
export function usage(commands: readonly Command[], program: string, topic = ''): string {
  const chosen = commands.filter(
    ({ words }) => topic === '' || words === topic || words.startsWith(`${topic} `),
  );
  const [only] = chosen;
  if (only && chosen.length === 1) return commandUsage(only, program);
  const width = Math.max(...chosen.map(({ words }) => words.length));
  const lines = chosen.map(({ words, summary }) => `  ${words.padEnd(width)}  ${summary}\n`);
  return `Usage: ${program} COMMAND [options]\n\n${lines.join('')}\nOptions of a command: ${program} COMMAND --help\n`;
}

function commandUsage({ words, summary, options }: Command, program: string): string {
  const forms = options.map(({ name, value }) => `--${name}${value ? ` ${value}` : ''}`);
  const width = Math.max(...forms.map((form) => form.length));
  const synopsis = forms.map((form, index) => (options[index]?.required ? form : `[${form}]`)).join(' ');
  const lines = options.map(({ help }, index) => `  ${(forms[index] ?? '').padEnd(width)}  ${help}\n`);
  return `${summary}\n\nUsage: ${program} ${words} ${synopsis}\n\n${lines.join('')}`;
}
