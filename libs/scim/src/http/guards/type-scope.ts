import type { ResourceType } from '../../protocol/schema/resource-type.js';

/**
 * First part of the scopes for resources of a type: `users`, `groups`, and `resources` for all types of the host's own.
 */
export function scopeOf({ name }: Pick<ResourceType, 'name'>): 'users' | 'groups' | 'resources' {
  return name === 'User' ? 'users' : name === 'Group' ? 'groups' : 'resources';
}
