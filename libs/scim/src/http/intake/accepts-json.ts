const JSON_TYPES = ['application/scim+json', 'application/json'];
/** How exactly a media range names a type, from the type itself to everything (RFC 9110 §12.5.1). */
const RANGES = JSON_TYPES.map((type) => [type, 'application/*', '*/*']);

/** Whether an Accept header leaves room for one of the media types of SCIM; an absent or empty one does. */
export function acceptsJson(accept: string | undefined): boolean {
  if (accept === undefined || JSON_TYPES.includes(accept) || accept.trim() === '') return true;
  const weights = new Map<string, number>();
  for (const range of accept.split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    weights.set(type, weight === undefined ? 1 : Number(weight.slice(2)));
  }
  return RANGES.some((ranges) => {
    const exactest = ranges.find((range) => weights.has(range));
    return exactest !== undefined && weights.get(exactest) !== 0;
  });
}
