import { Injectable, type PipeTransform } from '@nestjs/common';
import { ScimError } from '../../protocol/error/scim-error.js';
import type { ListParameters } from '../../provisioning/request-parameters.js';
import { ListQueryDto } from '../dto/list-query.dto.js';
import { validateMessage } from '../dto/validate-message.js';
import { projectionParameters, queryOf } from '../intake/query-parameters.js';
import { ScimFilterPipe } from './scim-filter.pipe.js';

/** Query parameters of a list request. Unknown ones are ignored, repeated ones refused (P-3.4.2-04, -05). */
@Injectable()
export class ListQueryPipe implements PipeTransform<unknown, ListParameters> {
  constructor(private readonly filterPipe: ScimFilterPipe) {}

  transform(request: unknown): ListParameters {
    const query = queryOf(request);
    const dto = validateMessage(
      ListQueryDto,
      {
        filter: single(query, 'filter'),
        sortBy: single(query, 'sortBy') || undefined,
        sortOrder: single(query, 'sortOrder'),
        startIndex: integer(single(query, 'startIndex')),
        count: integer(single(query, 'count')),
        cursor: single(query, 'cursor'),
        ...projectionParameters(query),
      },
      (detail) => badCount(detail, query.has('cursor')) ?? ScimError.invalidValue(detail),
    );
    return { ...dto, filter: this.filterPipe.transform(dto.filter) };
  }
}

function single(query: URLSearchParams, parameter: string): string | undefined {
  const [first, second] = query.getAll(parameter);
  if (second !== undefined) throw ScimError.invalidValue(`Send ${parameter} only once.`);
  return first;
}

/** With a cursor a count that is no number has a word of its own (RFC 9865 §2.1). */
export function badCount(detail: string, withCursor: boolean): ScimError | undefined {
  return withCursor && detail.startsWith('count ') ? ScimError.invalidCount(detail) : undefined;
}

/** The number, or NaN for the DTO to refuse. */
export function integer(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const trimmed = text.trim();
  if (!/^[+-]?\d{1,30}$/.test(trimmed)) return Number.NaN;
  return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Number(trimmed)));
}
