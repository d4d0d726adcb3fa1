import type { RoleGroup } from '../roles/role-mapping.js';
import type { ScimRoleMappings } from '../roles/scim-role-mappings.js';
import type { ScimRoles } from '../roles/scim-roles.js';
import { type CommandOption, type CommandOptions, type CommandServices, UsageError } from './command-line.js';

export const tenant: CommandOption = {
  name: 'tenant',
  value: 'T',
  required: true,
  help: 'Id of the tenant.',
};
export const json: CommandOption = { name: 'json', help: 'Print JSON and nothing else.' };

/** The four ways to name a group; a command takes one of them. */
export const GROUP_OPTIONS: readonly CommandOption[] = [
  { name: 'group-id', value: 'ID', help: 'The group with this id.' },
  { name: 'display-name', value: 'NAME', help: 'The group with this displayName.' },
  { name: 'external-id', value: 'ID', help: 'The group with this externalId.' },
  { name: 'pattern', value: 'TEXT', help: 'Groups whose displayName fits; * stands for any text.' },
];

/** The group that the options name; undefined: none. @throws UsageError for more than one */
export function groupOf(options: CommandOptions): RoleGroup | undefined {
  const given = GROUP_OPTIONS.filter(({ name }) => options.given(name));
  if (given.length > 1)
    throw new UsageError(`Give one of ${given.map(({ name }) => `--${name}`).join(', ')}.`);
  const [option] = given;
  if (!option) return undefined;
  const value = options.required(option.name);
  switch (option.name) {
    case 'group-id':
      return { id: value };
    case 'display-name':
      return { displayName: value };
    case 'external-id':
      return { externalId: value };
    default:
      return { pattern: value };
  }
}

/** @throws UsageError where the program came without them */
export function roleServices({ roles, roleMappings }: CommandServices): {
  roles: ScimRoles;
  mappings: ScimRoleMappings;
} {
  if (!roles || !roleMappings) throw new UsageError('This program was built without the commands on roles.');
  return { roles, mappings: roleMappings };
}
