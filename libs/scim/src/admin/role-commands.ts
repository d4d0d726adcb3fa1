import { setTimeout as delay } from 'node:timers/promises';
import type { EffectiveRole } from '../events/effective-role.js';
import type { DryRunReport, DryRunUsers } from '../roles/dry-run.js';
import type { RoleJob } from '../roles/role-store.js';
import type { ScimRoleMappings } from '../roles/scim-role-mappings.js';
import { type Command, UsageError } from './command-line.js';
import { printTable } from './print-table.js';
import { ROLE_MAPPING_COMMANDS } from './role-mapping-commands.js';
import { GROUP_OPTIONS, groupOf, json, roleServices, tenant } from './role-options.js';

const of: Command = {
  words: 'role of',
  summary: 'Show the roles of a user and why the user has them.',
  options: [
    tenant,
    { name: 'user', value: 'USER', required: true, help: 'Id or userName of the user.' },
    json,
  ],
  async run(options, services) {
    const { roles } = roleServices(services);
    const explained = await roles.explain(options.required('tenant'), options.required('user'));
    if (options.given('json')) services.out(`${JSON.stringify(explained)}\n`);
    else if (!explained.active) services.out('The user is deactivated and has no roles.\n');
    else if (explained.roles.length === 0) services.out('The user has no roles.\n');
    else services.out(printTable(['ROLE', 'PRIORITY', 'VIA', 'MAPPING'], explained.roles.flatMap(roleRows)));
  },
};

const holders: Command = {
  words: 'role holders',
  summary: 'List the active users that have a role.',
  options: [
    tenant,
    { name: 'role', value: 'ROLE', required: true, help: 'The role.' },
    { name: 'after', value: 'ID', help: 'Id of the last user of the page before.' },
    { name: 'limit', value: 'N', help: 'Users to list, at most 1000 (default 100).' },
    json,
  ],
  async run(options, services) {
    const request = { after: options.text('after'), limit: options.number('limit') };
    const { roles } = roleServices(services);
    const page = await roles.holders(options.required('tenant'), options.required('role'), request);
    if (options.given('json')) {
      services.out(`${JSON.stringify({ ...page, next: page.next ?? null })}\n`);
      return;
    }
    if (page.holders.length === 0) services.out('Nobody has this role.\n');
    else
      services.out(
        printTable(
          ['ID', 'USERNAME'],
          page.holders.map(({ userId, userName }) => [userId, userName]),
        ),
      );
    if (page.next !== undefined) services.out(`There are more: --after ${page.next}\n`);
  },
};

const dryRun: Command = {
  words: 'role dry-run',
  summary: 'Show who would gain or lose a role by a mapping; nothing is changed.',
  options: [
    tenant,
    { name: 'role', value: 'ROLE', help: 'Role of a mapping that would be added.' },
    ...GROUP_OPTIONS,
    { name: 'remove', value: 'ID', help: 'Id of a mapping that would be removed.' },
    {
      name: 'sample',
      value: 'N',
      help: 'Users to name of those who gain or lose, at most 100 (default 10).',
    },
    json,
  ],
  async run(options, services) {
    const [group, role, remove] = [groupOf(options), options.text('role'), options.text('remove')];
    if ((group === undefined) !== (role === undefined))
      throw new UsageError('A mapping has --role and a group.');
    if (!group && !remove) throw new UsageError('Give a mapping to add (--role and a group) or --remove.');
    const report = await roleServices(services).mappings.dryRun(options.required('tenant'), {
      add: group && role ? [{ role, group }] : [],
      remove: remove ? [remove] : [],
      sample: options.number('sample'),
    });
    services.out(options.given('json') ? `${JSON.stringify(report)}\n` : reportText(report));
  },
};

const recalculate: Command = {
  words: 'role recalculate',
  summary: 'Have a running server work out the roles of all users again.',
  options: [tenant],
  async run(options, services) {
    await roleServices(services).mappings.recalculateAll(options.required('tenant'));
    services.out('A running server does it within seconds; "role progress" shows how far it is.\n');
  },
};

const progress: Command = {
  words: 'role progress',
  summary: 'Show how far the recalculations of a tenant are.',
  options: [tenant, { name: 'wait', help: 'Go on until all are finished.' }, json],
  async run(options, services) {
    const { mappings } = roleServices(services);
    const tenantId = options.required('tenant');
    let jobs = await mappings.progress(tenantId);
    while (options.given('wait') && jobs.some(isOpen)) {
      services.err(`${progressText(jobs)}\n`);
      await delay(1000);
      jobs = await mappings.progress(tenantId);
    }
    if (options.given('json')) services.out(`${JSON.stringify(jobs.map(shown))}\n`);
    else if (jobs.length === 0) services.out('There are no recalculations of the last days.\n');
    else services.out(printTable(['STARTED', 'USERS OF', 'STATE', 'DONE', 'CHANGED'], jobs.map(jobRow)));
  },
};

/** Commands on roles. */
export const ROLE_COMMANDS: readonly Command[] = [
  ...ROLE_MAPPING_COMMANDS,
  of,
  holders,
  dryRun,
  recalculate,
  progress,
];

type Jobs = Awaited<ReturnType<ScimRoleMappings['progress']>>;

function roleRows({ role, priority, reasons }: EffectiveRole): string[][] {
  return reasons.map(({ path, mappingId }) => [
    role,
    String(priority),
    path.map(({ id, displayName }) => displayName || id).join(' > '),
    mappingId,
  ]);
}

function reportText({ roles, groups }: DryRunReport): string {
  const names = groups.flat().map(({ id, displayName }) => displayName || id);
  const bound = groups.length === 0 ? '' : `Groups: ${names.length === 0 ? 'none yet' : names.join(', ')}\n`;
  const lines = roles.map(
    ({ role, gain, lose }) => `${role}: ${usersText(gain)} gain it, ${usersText(lose)} lose it\n`,
  );
  return `${bound}${lines.join('')}`;
}

function usersText({ total, sample }: DryRunUsers): string {
  const more = total > sample.length ? ', …' : '';
  return sample.length === 0
    ? String(total)
    : `${total} (${sample.map(({ userName }) => userName).join(', ')}${more})`;
}

function isOpen({ finishedAt }: RoleJob): boolean {
  return finishedAt === undefined;
}

function progressText(jobs: Jobs): string {
  const open = jobs.filter(isOpen);
  const [done, total] = [open.reduce((n, job) => n + job.done, 0), open.reduce((n, job) => n + job.total, 0)];
  return `${done} of ${total} users`;
}

function shown({ tenantId, id, scope, done, total, changed, createdAt, finishedAt }: RoleJob): object {
  return { tenantId, id, scope, done, total, changed, createdAt, finishedAt: finishedAt ?? null };
}

function jobRow(job: RoleJob): string[] {
  const users = job.scope.kind === 'tenant' ? 'the tenant' : `group ${job.scope.groupId}`;
  const state = isOpen(job) ? (job.done === 0 ? 'waiting' : 'working') : 'finished';
  return [job.createdAt, users, state, `${job.done}/${job.total}`, String(job.changed)];
}
