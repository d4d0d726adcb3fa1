import { ChangedAttributes } from './changed-attributes.js';

/** Attributes of a resource of a type of the host's own changed. */
export class ResourceUpdated extends ChangedAttributes {
  static override readonly type = 'scim.resource.updated.v1';
}
