import { All, type Type, UseFilters, UseGuards } from '@nestjs/common';
import { ScimError } from '../../protocol/error/scim-error.js';
import { ScimExceptionFilter } from '../filters/scim-exception.filter.js';
import { ScimBearerGuard } from '../guards/scim-bearer.guard.js';
import { ANY_PATH } from '../intake/any-path.js';

/** The last segment of a path when it is a protocol version, with what comes before it. */
export function versionSegment(path: string): { parent: string; version: string } | undefined {
  const segments = path.split('/').filter((segment) => segment !== '');
  const version = segments.pop();
  return version !== undefined && /^v\d$/.test(version) ? { parent: segments.join('/'), version } : undefined;
}

/**
 * Controller for the sibling paths `v0` to `v9` of the served version: a request that names another version must
 * not be run under ours (RFC 7644 §3.13).
 */
export function otherVersionController(served: string): Type {
  const others = Array.from({ length: 10 }, (_, digit) => `v${digit}`).filter(
    (version) => version !== served,
  );

  @UseGuards(ScimBearerGuard)
  @UseFilters(ScimExceptionFilter)
  class OtherVersionController {
    @All(others.flatMap((version) => [version, ...ANY_PATH.map((path) => `${version}/${path}`)]))
    refuse(): never {
      throw ScimError.invalidVersion(`Only protocol version ${served} is served here.`);
    }
  }
  return OtherVersionController;
}
