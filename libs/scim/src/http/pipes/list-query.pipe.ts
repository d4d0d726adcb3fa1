import { Injectable, type PipeTransform } from '@nestjs/common';
import { ScimError } from '../../protocol/error/scim-error.js';
import type { ListParameters } from '../../provisioning/request-parameters.js';
import { ListQueryDto } from '../dto/list-query.dto.js';
import { validateMessage } from '../dto/validate-message.js';
import { projectionParameters, queryOf } from '../intake/query-parameters.js';
import { ScimFilterPipe } from './scim-filter.pipe.js';

/** What the DTO may find wrong in parameters out of an address. */
interface Numbers {
  readonly startIndex: number | undefined;
  readonly count: number | undefined;
  readonly sortOrder: string | undefined;
}

/** Query parameters of a list request. Unknown ones are ignored, repeated ones refused (P-3.4.2-04, -05). */
@Injectable()
export class ListQueryPipe implements PipeTransform<unknown, ListParameters> {
  constructor(private readonly filterPipe: ScimFilterPipe) {}

  transform(request: unknown): ListParameters {
    const query = queryOf(request);
    const message = {
      filter: single(query, 'filter'),
      sortBy: single(query, 'sortBy') || undefined,
      sortOrder: single(query, 'sortOrder'),
      startIndex: integer(single(query, 'startIndex')),
      count: integer(single(query, 'count')),
      cursor: single(query, 'cursor'),
      ...projectionParameters(query),
    };
    const refuse = (detail: string): ScimError =>
      badCount(detail, query.has('cursor')) ?? ScimError.invalidValue(detail);
    const dto = isPlain(message)
      ? { ...message, sortOrder: undefined }
      : validateMessage(ListQueryDto, message, refuse);
    return { ...dto, filter: this.filterPipe.transform(dto.filter) };
  }
}

/**
 * Whether there is nothing for the DTO to judge: what comes out of an address is text, and the numbers are whole. Most
 * queries are of this kind (a look-up, or the next page), and class-validator would take as long as the filter.
 */
function isPlain({ startIndex = 1, count = 1, sortOrder }: Numbers): boolean {
  return sortOrder === undefined && Number.isInteger(startIndex) && Number.isInteger(count);
}

/** @throws ScimError invalidValue */
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
