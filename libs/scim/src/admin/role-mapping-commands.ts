import type { ListedMapping } from '../roles/scim-role-mappings.js';
import { type Command, type CommandOption, type CommandOptions, UsageError } from './command-line.js';
import { printTable } from './print-table.js';
import { GROUP_OPTIONS, groupOf, json, roleServices, tenant } from './role-options.js';

const mapping: CommandOption = {
  name: 'mapping',
  value: 'ID',
  required: true,
  help: 'Id of the mapping, as in "role mapping list".',
};
/** A number of the command line has no sign; negative priorities are for the service. */
const priority: CommandOption = {
  name: 'priority',
  value: 'N',
  help: 'Greater comes first among the roles of a user (default 0).',
};

const list: Command = {
  words: 'role mapping list',
  summary: 'List which groups give which roles in a tenant.',
  options: [tenant, json],
  async run(options, services) {
    const mappings = await roleServices(services).mappings.list(options.required('tenant'));
    if (options.given('json')) services.out(`${JSON.stringify(mappings)}\n`);
    else if (mappings.length === 0) services.out('No group gives a role in this tenant.\n');
    else services.out(mappingTable(mappings));
  },
};

const add: Command = {
  words: 'role mapping add',
  summary: 'Let a group give a role.',
  options: [
    tenant,
    { name: 'role', value: 'ROLE', required: true, help: 'The role, in the words of the application.' },
    ...GROUP_OPTIONS,
    priority,
    json,
  ],
  async run(options, services) {
    const group = groupOf(options);
    if (!group)
      throw new UsageError(`Give one of ${GROUP_OPTIONS.map(({ name }) => `--${name}`).join(', ')}.`);
    const { mappings } = roleServices(services);
    const input = { role: options.required('role'), group, priority: options.number('priority') };
    print(await mappings.add(options.required('tenant'), input), options, services.out);
  },
};

const remove: Command = {
  words: 'role mapping remove',
  summary: 'End a mapping.',
  options: [tenant, mapping],
  async run(options, services) {
    const { mappings } = roleServices(services);
    await mappings.remove(options.required('tenant'), options.required('mapping'));
    services.out('The mapping is removed. "role progress" shows how far the users have been told.\n');
  },
};

const rebind: Command = {
  words: 'role mapping rebind',
  summary: 'Bind a mapping to the group that matches it now, or to one that is named.',
  options: [
    tenant,
    mapping,
    { name: 'group', value: 'ID', help: 'Id of the group (default: what matches now).' },
    json,
  ],
  async run(options, services) {
    const { mappings } = roleServices(services);
    const [tenantId, id] = [options.required('tenant'), options.required('mapping')];
    print(await mappings.rebind(tenantId, id, options.text('group')), options, services.out);
  },
};

/** Commands on mappings of groups to roles. */
export const ROLE_MAPPING_COMMANDS: readonly Command[] = [list, add, remove, rebind];

function print(one: ListedMapping, options: CommandOptions, out: (text: string) => void): void {
  if (options.given('json')) out(`${JSON.stringify(one)}\n`);
  else out(mappingTable([one]));
}

function mappingTable(mappings: readonly ListedMapping[]): string {
  const rows = mappings.map((one) => [
    one.id,
    one.role,
    `${one.by} ${one.value}`,
    String(one.priority),
    one.source,
    groupsText(one),
  ]);
  return printTable(['ID', 'ROLE', 'BY', 'PRIORITY', 'FROM', 'GROUPS'], rows);
}

function groupsText({ groups }: ListedMapping): string {
  if (groups.length === 0) return 'none yet';
  const shown = groups
    .slice(0, 5)
    .map(({ id, displayName, gone }) => (gone ? `${id} (gone)` : displayName || id));
  return [...shown, ...(groups.length > 5 ? [`and ${groups.length - 5} more`] : [])].join(', ');
}
