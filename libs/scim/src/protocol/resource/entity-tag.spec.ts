import { describe, expect, it } from 'vitest';
import { entityTag, ifMatch, ifNoneMatch, parseEntityTags } from './entity-tag.js';

describe('entity tags', () => {
  it('are weak and made of the version [P-3.14-03, S-3.1-11]', () => {
    expect(entityTag(3)).toBe('W/"3"');
  });

  it('are compared by their opaque part, without W/ [D-44]', () => {
    for (const header of ['W/"3"', '"3"']) expect(ifMatch(header, 3)).toBe(true);
    for (const header of ['W/"33"', '"2"', '3', '']) expect(ifMatch(header, 3)).toBe(false);
  });

  it('may come as a list or as * [H-9110-06, H-9110-07]', () => {
    expect(ifMatch('"x", W/"3"', 3)).toBe(true);
    expect(ifMatch(' * ', 3)).toBe(true);
    expect(ifNoneMatch('"x", W/"3"', 3)).toBe(false);
    expect(ifNoneMatch('*', 3)).toBe(false);
    expect(ifNoneMatch('"x"', 3)).toBe(true);
  });

  it('are read out of any header without failing', () => {
    expect(parseEntityTags('"a,b",bad, W/"c" ,"d')).toEqual(['a,b', 'c']);
    expect(parseEntityTags(',,,')).toEqual([]);
  });
});
