import type { ScimPrincipal } from '../../tokens/principal.js';

/**
 * Tells which user a caller is, for the endpoint `/Me` (RFC 7644 §3.11). The host extends it and names its class in
 * the option `me`; the class is looked up among the host's providers and else made with what ScimModule knows.
 *
 * Who calls is known by a SCIM token alone, which needs the scope `users:read` or `users:write` and then reaches
 * `/Users` as well: behind a gateway that acts for people, let it forward `/Me` only.
 */
export abstract class MeResolver {
  /**
   * What callers may change of themselves by PUT and PATCH, in attribute notation: top-level attributes, parts of a
   * single-valued complex one (`name.givenName`), or the URN of an extension for all of it. Any other change answers
   * 403, as DELETE does then.
   * @default undefined (everything, and DELETE)
   */
  readonly allowedAttributes?: readonly string[];

  /**
   * The id of the caller's User in the principal's tenant; undefined for a caller that is nobody, for example an
   * identity provider: 404.
   *
   * @param request the request of the HTTP adapter
   */
  abstract resolve(principal: ScimPrincipal, request: unknown): Promise<string | undefined>;
}
