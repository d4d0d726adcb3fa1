import { Inject, Injectable, type PipeTransform } from '@nestjs/common';
import type { Filter } from '../../protocol/filter/ast.js';
import { parseFilter } from '../../protocol/filter/parse-filter.js';
import { ScimError } from '../../protocol/error/scim-error.js';
import { HTTP_SETTINGS, type HttpSettings } from '../http-settings.js';

/**
 * Turns the text of a SCIM filter into its syntax tree (RFC 7644 §3.4.2.2). Hosts may use it on routes of their own.
 *
 * @throws ScimError invalidFilter with the position of the fault
 */
@Injectable()
export class ScimFilterPipe implements PipeTransform<string | undefined, Filter | undefined> {
  constructor(@Inject(HTTP_SETTINGS) private readonly settings: HttpSettings) {}

  transform(text: string | undefined): Filter | undefined {
    if (text === undefined) return undefined;
    if (!this.settings.features.filter) {
      // Ignoring it would answer with everybody (P-3.4.2.2-14).
      throw ScimError.invalidFilter('Filtering is not available on this server.');
    }
    // The form `emails[…].value eq "x"` is parsed here and judged by the type checker, which knows the profile.
    return parseFilter(text, { limits: this.settings.filterLimits, allowAfterValuePath: true });
  }
}
