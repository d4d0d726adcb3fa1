import { SetMetadata } from '@nestjs/common';

/** Metadata key of `EndpointAccess`. */
export const ENDPOINT_ACCESS = 'scim:endpoint-access';

/** What a controller's endpoints ask of the caller. */
export interface EndpointAccess {
  /** Paths of the endpoints below the base, with leading slash, in their exact spelling; undefined for "any". */
  readonly endpoints?: readonly string[];
  /** First part of the scopes that are needed: `users` gives `users:read` and `users:write`. */
  readonly scope?: string;
  /** Open to everybody while the option publicDiscovery is on. */
  readonly discovery?: boolean;
}

/** Declares what a controller's endpoints ask of the caller; read by the bearer guard. */
export const Access = (access: EndpointAccess): ClassDecorator => SetMetadata(ENDPOINT_ACCESS, access);
