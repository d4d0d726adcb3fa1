import { ScimAttribute, ScimResourceType, ScimSchema } from 'nestjs-scim';
import { fresh } from './resources.js';
import type { ScimClient } from './scim-client.js';

export const DEVICE = 'urn:example:params:scim:schemas:2.0:Device';
export const LEASE = 'urn:example:params:scim:schemas:extension:lease:2.0:Device';
export const POLICY = 'urn:example:params:scim:schemas:2.0:Policy';

class PortSchema {
  @ScimAttribute({ required: true })
  value!: string;
  @ScimAttribute()
  type?: string;
  @ScimAttribute({ type: 'boolean' })
  primary?: boolean;
}

class MakerSchema {
  @ScimAttribute()
  name?: string;
  @ScimAttribute({ mutability: 'immutable' })
  batch?: string;
}

@ScimSchema({ id: LEASE, name: 'Lease', description: 'The contract under which a device is used.' })
export class Lease {
  @ScimAttribute({ required: true })
  contract!: string;
  @ScimAttribute()
  note?: string;
  @ScimAttribute({ returned: 'never', mutability: 'writeOnly' })
  code?: string;
}

/** A resource type with an attribute of each kind; some are named like those of users and groups. */
@ScimResourceType({ extensions: [Lease] })
@ScimSchema({ id: DEVICE, name: 'Device', description: 'A device that people use.' })
export class Device {
  @ScimAttribute({ required: true, uniqueness: 'server' })
  serial!: string;
  @ScimAttribute()
  displayName?: string;
  @ScimAttribute({ caseExact: true, indexed: true })
  tag?: string;
  @ScimAttribute({ mutability: 'immutable' })
  model?: string;
  @ScimAttribute({ mutability: 'readOnly' })
  state?: string;
  @ScimAttribute({ mutability: 'writeOnly', returned: 'never' })
  pin?: string;
  @ScimAttribute({ returned: 'request' })
  notes?: string;
  @ScimAttribute({ returned: 'always' })
  label?: string;
  @ScimAttribute({ type: 'integer' })
  slots?: number;
  @ScimAttribute({ type: 'decimal' })
  weight?: number;
  @ScimAttribute({ type: 'dateTime' })
  bought?: string;
  @ScimAttribute({ type: 'boolean', defaultValue: true })
  active?: boolean;
  @ScimAttribute({ canonicalValues: ['Red', 'Blue'], enforceCanonicalValues: true })
  colour?: string;
  @ScimAttribute({ multiValued: true })
  groups?: string[];
  @ScimAttribute({ type: () => PortSchema, multiValued: true, indexed: true })
  members?: PortSchema[];
  @ScimAttribute({ type: () => MakerSchema })
  maker?: MakerSchema;
}

/** A second type beside it in the same table, with the least that a type needs. */
@ScimResourceType()
@ScimSchema({ id: POLICY, name: 'Policy' })
export class Policy {
  @ScimAttribute({ required: true, uniqueness: 'server' })
  serial!: string;
  @ScimAttribute({ indexed: true, caseExact: true })
  tag?: string;
}

/** Body of a device; `more` wins. */
export function device(more: Record<string, unknown> = {}): Record<string, unknown> {
  return { schemas: [DEVICE], serial: fresh('Serial'), ...more };
}

/** Creates a device and gives its representation. */
// oxlint-disable-next-line typescript/no-explicit-any
export async function createDevice(client: ScimClient, more: Record<string, unknown> = {}): Promise<any> {
  const reply = await client.post('/Devices', device(more));
  if (reply.status !== 201) throw new Error(`create answered ${reply.status}: ${reply.text}`);
  return reply.body;
}
