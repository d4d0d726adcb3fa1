import { createHash } from 'node:crypto';
import { GroupPattern } from './group-pattern.js';
import { ScimRoleError } from './role-error.js';

/** How a mapping names its group. Names are compared without case, as everywhere; ids and externalIds exactly. */
export type RoleGroup =
  | { readonly id: string }
  | { readonly displayName: string }
  | { readonly externalId: string }
  /** `*` stands for any text; the whole displayName is compared. */
  | { readonly pattern: string };

/** That the members of a group, direct and through nested groups, have a role. */
export interface NewRoleMapping {
  /** The host's own word for the role; 1 to 100 characters. */
  readonly role: string;
  readonly group: RoleGroup;
  /** Greater comes first among a user's roles; -1000000 to 1000000. @default 0 */
  readonly priority?: number;
}

/** A mapping in the option `roles.mappings`. */
export interface OptionRoleMapping extends NewRoleMapping {
  /** The only tenant that it is for. @default undefined (every tenant) */
  readonly tenantId?: string;
}

export type GroupKey = 'id' | 'displayName' | 'externalId' | 'pattern';
const GROUP_KEYS: readonly GroupKey[] = ['id', 'displayName', 'externalId', 'pattern'];

/** A mapping that counts. */
export interface RoleMapping {
  /** Of a row: a UUID. Of the options: made of its content, so that it is the same in every instance. */
  readonly id: string;
  readonly source: 'options' | 'tenant';
  /** Undefined: every tenant. */
  readonly tenantId: string | undefined;
  readonly role: string;
  /** What of the group `value` is compared with. */
  readonly by: GroupKey;
  readonly value: string;
  readonly priority: number;
}

const LONGEST_ROLE = 100;
/** As long as what it is compared with may be. */
const LONGEST_VALUE = 512;
const LARGEST_PRIORITY = 1_000_000;

/** The parts of a mapping, checked. @throws ScimRoleError invalidMapping */
export function checkMapping({
  role,
  group,
  priority = 0,
}: NewRoleMapping): Pick<RoleMapping, 'role' | 'by' | 'value' | 'priority'> {
  const { by, value } = checkGroup(group);
  if (!Number.isSafeInteger(priority) || Math.abs(priority) > LARGEST_PRIORITY) {
    throw invalid(`priority is a whole number from -${LARGEST_PRIORITY} to ${LARGEST_PRIORITY}.`);
  }
  return { role: checkRole(role), by, value, priority };
}

/** @throws ScimRoleError invalidMapping */
export function checkRole(role: unknown): string {
  const text = typeof role === 'string' ? role.trim() : '';
  if (text.length > 0 && text.length <= LONGEST_ROLE && !/\p{Cc}/u.test(text)) return text;
  throw invalid(`A role has 1 to ${LONGEST_ROLE} characters and no control characters.`);
}

function checkGroup(group: unknown): { by: GroupKey; value: string } {
  const given = Object.entries(typeof group === 'object' && group !== null ? group : {}).filter(
    ([, value]) => value !== undefined,
  );
  const [entry] = given;
  const by = GROUP_KEYS.find((key) => key === entry?.[0]);
  if (!entry || !by || given.length > 1) throw invalid(`group has one of: ${GROUP_KEYS.join(', ')}.`);
  const value: unknown = entry[1];
  if (
    typeof value !== 'string' ||
    value.length === 0 ||
    value.length > LONGEST_VALUE ||
    /\p{Cc}/u.test(value)
  ) {
    throw invalid(`group.${by} has 1 to ${LONGEST_VALUE} characters and no control characters.`);
  }
  if (by === 'pattern' && !GroupPattern.isPattern(value)) {
    throw invalid(
      'group.pattern has a * and something else: a single name is a displayName, and * alone would be everybody.',
    );
  }
  return { by, value };
}

function invalid(message: string): ScimRoleError {
  return new ScimRoleError('invalidMapping', message);
}

/** The mappings of the options, with ids. @throws ScimRoleError invalidMapping; also for one that is there twice */
export function optionMappings(given: readonly OptionRoleMapping[]): readonly RoleMapping[] {
  const mappings = given.map((mapping): RoleMapping => {
    const checked = checkMapping(mapping);
    const { tenantId } = mapping;
    if (tenantId !== undefined && (typeof tenantId !== 'string' || !TENANT_ID.test(tenantId))) {
      throw invalid('tenantId is the id of a tenant.');
    }
    // Not of its priority: a mapping that moves up keeps the group that it is bound to.
    const content = JSON.stringify([checked.role, checked.by, checked.value, tenantId ?? null]);
    const digest = createHash('sha256').update(content).digest('hex').slice(0, 20);
    return { ...checked, id: `option-${digest}`, source: 'options', tenantId };
  });
  if (new Set(mappings.map(({ id }) => id)).size < mappings.length)
    throw invalid('A mapping is there twice.');
  return mappings;
}

/** As in the room `tokens`: what a connection can be made for. */
const TENANT_ID = /^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$/;

/** @throws ScimRoleError invalidTenant */
export function checkTenant(tenantId: string): string {
  if (TENANT_ID.test(tenantId)) return tenantId;
  throw new ScimRoleError(
    'invalidTenant',
    'A tenant id has 1 to 64 characters: letters, digits, dots and hyphens, with a letter or digit in front.',
  );
}

/** Text that changes when the mappings of the options do, also their order of priority. */
export function fingerprintOf(mappings: readonly RoleMapping[]): string {
  const parts = mappings.map(({ id, priority }) => `${id}:${priority}`).toSorted();
  return createHash('sha256').update(parts.join()).digest('hex').slice(0, 32);
}
