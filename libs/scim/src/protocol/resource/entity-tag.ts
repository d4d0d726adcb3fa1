/** What a tag stands for: the version number of a resource, or a digest of a document. Without quotes. */
export type EntityVersion = number | string;

/** The entity tag of a version: weak, because projection changes the bytes of an answer (RFC 7644 §3.14). */
export function entityTag(version: EntityVersion): string {
  return `W/"${version}"`;
}

/**
 * Opaque parts of the tags in an If-Match or If-None-Match header, without `W/` and quotes; `*` alone stands for any
 * version. What is no entity tag is skipped, so that it matches nothing.
 */
export function parseEntityTags(header: string): '*' | readonly string[] {
  if (header.trim() === '*') return '*';
  const tags: string[] = [];
  let position = 0;
  while (position < header.length) {
    const start = nextTag(header, position);
    if (start === undefined) break;
    const end = header.indexOf('"', start);
    if (end < 0) break;
    tags.push(header.slice(start, end));
    position = end + 1;
  }
  return tags;
}

/**
 * Whether If-Match holds for an existing resource: one tag of the list has this version, or it is `*`. The `W/` of
 * both sides is ignored: RFC 9110 §13.1.1 wants strong comparison, which the weak tags of SCIM could never pass.
 */
export function ifMatch(header: string, version: EntityVersion): boolean {
  const tags = parseEntityTags(header);
  return tags === '*' || tags.includes(String(version));
}

/** Whether If-None-Match holds for an existing resource: no tag of the list has this version, and it is not `*`. */
export function ifNoneMatch(header: string, version: EntityVersion): boolean {
  return !ifMatch(header, version);
}

/** Position after the opening quote of the next tag; a comma ends what is no tag. */
function nextTag(header: string, from: number): number | undefined {
  let position = from;
  while (position < header.length) {
    while (header[position] === ' ' || header[position] === '\t' || header[position] === ',') position++;
    const opening = header.startsWith('W/', position) ? position + 2 : position;
    if (header[opening] === '"') return opening + 1;
    const comma = header.indexOf(',', position);
    if (comma < 0) return undefined;
    position = comma + 1;
  }
  return undefined;
}
