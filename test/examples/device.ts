// #region device
import { ScimAttribute, ScimModule, ScimResourceType, ScimSchema } from 'nestjs-scim';

export const DEVICE_SCHEMA = 'urn:example:params:scim:schemas:2.0:Device';
export const LEASE_SCHEMA = 'urn:example:params:scim:schemas:extension:lease:2.0:Device';

@ScimSchema({ id: LEASE_SCHEMA, name: 'Lease', description: 'The contract under which it is used.' })
export class Lease {
  @ScimAttribute({ required: true, description: 'Number of the contract.' })
  contract!: string;
}

@ScimResourceType({ extensions: [Lease] })
@ScimSchema({ id: DEVICE_SCHEMA, name: 'Device', description: 'A device that people use.' })
export class Device {
  @ScimAttribute({ required: true, uniqueness: 'server', description: 'Serial number.' })
  serial!: string;

  @ScimAttribute({ indexed: true, caseExact: true, description: 'Room in which it stands.' })
  room?: string;

  @ScimAttribute({ type: 'reference', referenceTypes: ['User'], description: 'Who uses it.' })
  user?: string;
}

export const scim = ScimModule.forRoot({ resourceTypes: [Device] });
// #endregion device
