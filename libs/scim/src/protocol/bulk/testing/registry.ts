import { groupResourceType, userResourceType } from '../../schema/core/resource-types.js';
import { ResourceTypeRegistry } from '../../schema/resource-type-registry.js';

/** Users and groups, for the tests of this folder. */
export const REGISTRY = new ResourceTypeRegistry([userResourceType(), groupResourceType()]);
