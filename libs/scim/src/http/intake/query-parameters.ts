import type { ProjectionParameters } from '../../provisioning/request-parameters.js';
import { pathOf } from './scim-location.js';
import { exchangeOf, requestTarget } from './scim-request.js';

const NOTHING_ASKED: ProjectionParameters = {};

/** Parameters in the address; parsed once for each request. */
export function queryOf(request: unknown): URLSearchParams {
  const target = requestTarget(request);
  const exchange = exchangeOf(request);
  return exchange?.target === target ? exchange.query : queryIn(target);
}

/** With the same outcome on both adapters: a parser that knows brackets would make objects of strings. */
export function queryIn(target: string): URLSearchParams {
  return new URLSearchParams(target.slice(pathOf(target).length));
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
  return requestTarget(request).includes('?') ? projectionParameters(queryOf(request)) : NOTHING_ASKED;
}
