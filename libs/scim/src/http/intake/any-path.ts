/** Segments below the base path that a request may have; one with more of them names nothing. */
export const MAX_SEGMENTS = 6;

/**
 * Patterns that match every path of one to `MAX_SEGMENTS` segments. Spelled out, because the adapters write wildcards
 * in different ways and Nest warns the host's log when it has to translate one.
 */
export const ANY_PATH: readonly string[] = Array.from({ length: MAX_SEGMENTS }, (_, depth) =>
  Array.from({ length: depth + 1 }, (_segment, i) => `:segment${i}`).join('/'),
);
