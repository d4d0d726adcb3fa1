import type { ProjectionParameters } from '../../provisioning/request-parameters.js';
import { pathOf } from './scim-location.js';
import { directExchangeOf, requestTarget } from './scim-request.js';

/** Most requests have none; nobody changes it. */
const NO_QUERY = new URLSearchParams();
const NOTHING_ASKED: ProjectionParameters = {};

/** Parameters in the address; parsed once for each request. */
export function queryOf(request: unknown): URLSearchParams {
  return directExchangeOf(request)?.query ?? queryIn(requestTarget(request));
}

/** With the same outcome on both adapters: a parser that knows brackets would make objects of strings. */
export function queryIn(target: string): URLSearchParams {
  return target.includes('?') ? new URLSearchParams(target.slice(pathOf(target).length)) : NO_QUERY;
}

export function projectionParameters(query: URLSearchParams): ProjectionParameters {
  return { attributes: names(query, 'attributes'), excludedAttributes: names(query, 'excludedAttributes') };
}

function names(query: URLSearchParams, parameter: string): string[] | undefined {
  const given = query.getAll(parameter).flatMap(splitNames);
  return given.length === 0 ? undefined : given;
}

/** `a, b,,c` is three names. */
export function splitNames(list: string): string[] {
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** What the request asks to see; nothing in particular without a query. */
export function projectionOf(request: unknown): ProjectionParameters {
  const query = queryOf(request);
  return query.size === 0 ? NOTHING_ASKED : projectionParameters(query);
}
