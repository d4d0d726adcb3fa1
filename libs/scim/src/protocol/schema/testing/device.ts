import type { ResourceTypeDefinition } from '../definition.js';
import { schemaFromClass } from '../schema-from-class.js';
import { ScimAttribute } from '../scim-attribute.decorator.js';
import { ScimSchema } from '../scim-schema.decorator.js';

/** A custom schema with one attribute of each kind, for tests of the characteristics (RFC 7643 §7). */
class PortSchema {
  @ScimAttribute({ required: true })
  value!: string;
  @ScimAttribute({ mutability: 'immutable' })
  vendor?: string;
  @ScimAttribute({ type: 'boolean' })
  primary?: boolean;
}

class MakerSchema {
  @ScimAttribute()
  name?: string;
  @ScimAttribute({ mutability: 'immutable' })
  batch?: string;
}

@ScimSchema({ id: 'urn:example:scim:2.0:Device', name: 'Device', description: 'A device.' })
export class DeviceSchema {
  @ScimAttribute({ required: true, uniqueness: 'server', returned: 'always' })
  serial!: string;
  @ScimAttribute({ mutability: 'immutable' })
  model?: string;
  @ScimAttribute({ mutability: 'readOnly' })
  state?: string;
  @ScimAttribute({ mutability: 'writeOnly', returned: 'never', caseExact: true })
  pin?: string;
  @ScimAttribute({ returned: 'request' })
  notes?: string;
  @ScimAttribute({ type: 'integer' })
  slots?: number;
  @ScimAttribute({ type: 'decimal' })
  weight?: number;
  @ScimAttribute({ type: 'dateTime' })
  bought?: string;
  @ScimAttribute({ type: 'binary' })
  key?: string;
  @ScimAttribute({ type: 'boolean', defaultValue: true })
  enabled?: boolean;
  @ScimAttribute({ canonicalValues: ['Red', 'Blue'], enforceCanonicalValues: true })
  colour?: string;
  @ScimAttribute({ multiValued: true })
  tags?: string[];
  @ScimAttribute({ type: () => PortSchema, multiValued: true })
  ports?: PortSchema[];
  @ScimAttribute({ type: () => MakerSchema })
  maker?: MakerSchema;
}

@ScimSchema({ id: 'urn:example:scim:extension:2.0:Lease' })
export class LeaseSchema {
  @ScimAttribute({ required: true })
  contract!: string;
  @ScimAttribute()
  note?: string;
}

export function deviceResourceType(leaseRequired = false): ResourceTypeDefinition {
  return {
    name: 'Device',
    endpoint: '/Devices',
    description: 'Device',
    schema: schemaFromClass(DeviceSchema),
    extensions: [{ schema: schemaFromClass(LeaseSchema), required: leaseRequired }],
  };
}
