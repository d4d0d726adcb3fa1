import { Injectable, type PipeTransform } from '@nestjs/common';
import type { Leniency } from '../../protocol/compat/profile.js';
import { ScimError } from '../../protocol/error/scim-error.js';
import type { JsonObject } from '../../protocol/schema/json.js';
import type { ListParameters } from '../../provisioning/request-parameters.js';
import { SEARCH_SCHEMA, SearchRequestDto } from '../dto/search-request.dto.js';
import { validateMessage } from '../dto/validate-message.js';
import { splitNames } from '../intake/query-parameters.js';
import { callerOf } from '../intake/scim-request.js';
import { badCount, integer } from './list-query.pipe.js';
import { ScimBodyPipe } from './scim-body.pipe.js';
import { ScimFilterPipe } from './scim-filter.pipe.js';

const MEMBERS = [
  'schemas',
  'filter',
  'sortBy',
  'sortOrder',
  'startIndex',
  'count',
  'cursor',
  'attributes',
  'excludedAttributes',
] as const;

/** Body of POST `.search`: the same query as GET, in a message (RFC 7644 §3.4.3). */
@Injectable()
export class SearchBodyPipe implements PipeTransform<unknown, ListParameters> {
  constructor(
    private readonly bodyPipe: ScimBodyPipe,
    private readonly filterPipe: ScimFilterPipe,
  ) {}

  transform(request: unknown): ListParameters {
    const { leniency } = callerOf(request);
    const message = loosen(known(this.bodyPipe.transform(request)), leniency);
    const refuse = (detail: string): ScimError =>
      badCount(detail, message['cursor'] !== undefined) ??
      (detail.startsWith('sortOrder') ? ScimError.invalidValue(detail) : ScimError.invalidSyntax(detail));
    const { schemas: _schemas, ...dto } = validateMessage(SearchRequestDto, message, refuse);
    return { ...dto, filter: this.filterPipe.transform(dto.filter) };
  }
}

/** Members of the message by their exact names; null counts as not given. */
function known(body: JsonObject): Record<string, unknown> {
  const message: Record<string, unknown> = {};
  for (const name of MEMBERS) {
    if (Object.hasOwn(body, name) && body[name] !== null) message[name] = body[name];
  }
  return message;
}

/** Numbers in strings, names in one string, no schemas (P-3.4.3-04). */
function loosen(message: Record<string, unknown>, leniency: Leniency): Record<string, unknown> {
  if (message['schemas'] === undefined && leniency.tolerates('missingSchemas')) {
    leniency.applied('missingSchemas');
    message['schemas'] = [SEARCH_SCHEMA];
  }
  if (!leniency.tolerates('searchRequestForms')) return message;
  for (const name of ['startIndex', 'count']) {
    if (typeof message[name] !== 'string') continue;
    message[name] = integer(message[name]);
    leniency.applied('searchRequestForms');
  }
  for (const name of ['attributes', 'excludedAttributes']) {
    if (typeof message[name] !== 'string') continue;
    message[name] = splitNames(message[name]);
    leniency.applied('searchRequestForms');
  }
  return message;
}
