import type { DeletedResource } from '../provisioning/deletion/deletion-store.js';
import type { ScimDeletions } from '../provisioning/deletion/scim-deletions.js';
import {
  type Command,
  type CommandOption,
  type CommandOptions,
  type CommandServices,
  UsageError,
} from './command-line.js';
import { printTable } from './print-table.js';

const tenant: CommandOption = { name: 'tenant', value: 'T', required: true, help: 'Id of the tenant.' };
const id: CommandOption = { name: 'id', value: 'ID', required: true, help: 'Id of the deleted resource.' };
const subject: readonly CommandOption[] = [
  { name: 'id', value: 'ID', help: 'Id of a resource, deleted or not.' },
  { name: 'all', help: 'Everything of the tenant, in the place of --id.' },
];
const json: CommandOption = { name: 'json', help: 'Print JSON and nothing else.' };

const list: Command = {
  words: 'deleted list',
  summary: 'List deleted resources whose data is still there.',
  options: [
    tenant,
    { name: 'name', value: 'NAME', help: 'With this userName or displayName only.' },
    { name: 'external-id', value: 'ID', help: 'With this externalId only.' },
    { name: 'after', value: 'ID', help: 'Those behind this id: the last one of the page before.' },
    { name: 'limit', value: 'N', help: 'At most so many (default 100, at most 1000).' },
    json,
  ],
  async run(options, services) {
    const found = await deletionsOf(services).list(options.required('tenant'), {
      name: options.text('name'),
      externalId: options.text('external-id'),
      after: options.text('after'),
      limit: options.number('limit'),
    });
    if (options.given('json')) services.out(`${JSON.stringify(found.map(shown))}\n`);
    else if (found.length === 0) services.out('There are no such deleted resources.\n');
    else {
      const header = ['ID', 'TYPE', 'NAME', 'DELETED', 'PURGE AFTER', 'STATE'];
      services.out(printTable(header, found.map(row)));
    }
  },
};

const restore: Command = {
  words: 'deleted restore',
  summary: 'Bring a deleted resource back under its id.',
  options: [
    tenant,
    id,
    { name: 'active', help: 'A user may sign in again at once (default: inactive).' },
    { name: 'memberships', help: 'With the memberships that it had, as far as the groups are there.' },
    { name: 'name', value: 'NAME', help: 'Another userName or displayName, where the old one is taken.' },
  ],
  async run(options, services) {
    const { memberships } = await deletionsOf(services).restore(
      options.required('tenant'),
      options.required('id'),
      {
        active: options.given('active'),
        memberships: options.given('memberships'),
        name: options.text('name'),
      },
    );
    services.out(`The resource is back, with ${memberships} memberships.\n`);
  },
};

const hold: Command = {
  words: 'deleted hold',
  summary: 'Keep data from being purged until the hold is released.',
  options: [tenant, ...subject, { name: 'reason', value: 'TEXT', help: 'Why, for people.' }],
  async run(options, services) {
    const of = subjectOf(options);
    await deletionsOf(services).hold(options.required('tenant'), of, options.text('reason'));
    services.out('The hold is set.\n');
  },
};

const release: Command = {
  words: 'deleted release',
  summary: 'Release a hold; what is overdue then is purged.',
  options: [tenant, ...subject],
  async run(options, services) {
    await deletionsOf(services).release(options.required('tenant'), subjectOf(options));
    services.out('The hold is released.\n');
  },
};

const purge: Command = {
  words: 'deleted purge',
  summary: 'End the retention of a deleted resource now.',
  options: [tenant, id],
  async run(options, services) {
    await deletionsOf(services).purgeNow(options.required('tenant'), options.required('id'));
    services.out('The resource is due; a running server purges it with its next run.\n');
  },
};

/** Commands on deleted resources. */
export const DELETION_COMMANDS: readonly Command[] = [list, restore, hold, release, purge];

function deletionsOf({ deletions }: CommandServices): ScimDeletions {
  if (!deletions) throw new UsageError('This command line was not given the service for deleted resources.');
  return deletions;
}

function subjectOf(options: CommandOptions): string | undefined {
  const one = options.text('id');
  if ((one !== undefined) === options.given('all')) throw new UsageError('Give either --id or --all.');
  return one;
}

function shown(resource: DeletedResource): object {
  const { id: key, resourceType, name, externalId, connectionId, deletedAt, purgeAfter } = resource;
  return {
    id: key,
    resourceType,
    name: name ?? null,
    externalId: externalId ?? null,
    connectionId: connectionId ?? null,
    deletedAt,
    purgeAfter,
    announcedAt: resource.announcedAt ?? null,
    held: resource.held,
    state: stateOf(resource),
  };
}

function row(resource: DeletedResource): string[] {
  const { id: key, resourceType, name = '', deletedAt, purgeAfter } = resource;
  return [key, resourceType, name, deletedAt, purgeAfter, stateOf(resource)];
}

/** `purging`: announced to the application; the data goes when that has done its part. */
function stateOf({ held, announcedAt }: DeletedResource): 'held' | 'purging' | 'kept' {
  if (held) return 'held';
  return announcedAt === undefined ? 'kept' : 'purging';
}
