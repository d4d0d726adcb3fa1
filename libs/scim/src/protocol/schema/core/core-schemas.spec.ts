import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { schemaDocument } from '../../discovery/schema-document.js';
import { ResourceType } from '../resource-type.js';
import { schemaFromClass } from '../schema-from-class.js';
import type { SchemaClass } from '../scim-attribute.decorator.js';
import { EnterpriseUserSchema } from './enterprise-user.js';
import { GroupSchema } from './group.js';
import { groupResourceType, userResourceType } from './resource-types.js';
import { UserSchema } from './user.js';

function standard(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../testing/${name}.json`, import.meta.url), 'utf8'));
}

describe('the core schemas', () => {
  it.each<[string, SchemaClass]>([
    ['User', UserSchema],
    ['Group', GroupSchema],
    ['EnterpriseUser', EnterpriseUserSchema],
  ])('declare %s exactly as the standard does, in its order [S-7-04]', (name, schemaClass) => {
    expect(schemaDocument(schemaFromClass(schemaClass), '')).toEqual(standard(name));
  });

  it('mark e-mail addresses and managers as indexed, groups as computed, members as detached', () => {
    const user = new ResourceType(userResourceType());
    const group = new ResourceType(groupResourceType());
    expect(user.attribute('emails')?.sub('value')?.indexed).toBe(true);
    expect(user.attribute('groups')?.computed).toBe(true);
    const manager = user.extension(schemaFromClass(EnterpriseUserSchema).id)?.attributes.get('manager');
    expect(manager?.sub('value')?.indexed).toBe(true);
    expect(manager?.sub('displayName')?.computed).toBe(true);
    expect(group.attribute('members')?.detached).toBe(true);
  });

  it('leave out the password and the groups where the provider does not have them [D-11, D-27]', () => {
    const user = new ResourceType(
      userResourceType({ omitPassword: true, omitGroups: true, enterprise: false }),
    );
    expect(user.attribute('password')).toBeUndefined();
    expect(user.attribute('groups')).toBeUndefined();
    expect(user.extensions.size).toBe(0);
  });

  it('say in the schema when members are returned on request only [D-14]', () => {
    const group = new ResourceType(groupResourceType({ membersReturned: 'request' }));
    expect(group.attribute('members')?.returned).toBe('request');
  });
});
