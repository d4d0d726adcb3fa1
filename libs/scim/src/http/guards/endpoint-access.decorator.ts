import { SetMetadata } from '@nestjs/common';

/** Metadata key of `EndpointAccess`. */
export const ENDPOINT_ACCESS = 'scim:endpoint-access';

/** What a controller's endpoints ask of the caller. */
export interface EndpointAccess {
  /** Path of the endpoint below the base, with leading slash, in its exact spelling; undefined for "any". */
  readonly endpoint?: string;
  /** First part of the scopes that are needed: `users` gives `users:read` and `users:write`. */
  readonly scope?: string;
  /** Open to everybody while the option publicDiscovery is on. */
  readonly discovery?: boolean;
}

/** Declares what a controller's endpoints ask of the caller; read by the bearer guard. */
export const Access = (access: EndpointAccess): ClassDecorator => SetMetadata(ENDPOINT_ACCESS, access);
