import { describe, expect, it } from 'vitest';
import { parseJson } from './parse-json.js';

const limits = { jsonDepth: 4, jsonKeys: 3, arrayLength: 3 };
const parse = (text: string): unknown => parseJson(Buffer.from(text), limits);
const refused = (status: number): unknown => expect.objectContaining({ status });

describe('parseJson', () => {
  it('reads UTF-8, with or without a byte order mark [P-3.8-01]', () => {
    expect(parse('{"a":"Žižek 山田 😀"}')).toEqual({ a: 'Žižek 山田 😀' });
    expect(parse('\ufeff{"a":1}')).toEqual({ a: 1 });
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(() => parseJson(Buffer.from([0x22, 0xff, 0x22]), limits)).toThrow(refused(400));
  });

  it('refuses what is not JSON without quoting it [H-8259-01, S5]', () => {
    for (const text of ['{"userName":', '{]', 'secret', '{"a":1}}', '']) {
      expect(() => parse(text)).toThrow(refused(400));
      expect(() => parse(text)).not.toThrow(/secret/);
    }
  });

  it('accepts the limits of shape and refuses one more [S1]', () => {
    expect(parse('[[[[1]]]]')).toEqual([[[[1]]]]);
    expect(() => parse('[[[[[1]]]]]')).toThrow(refused(400));
    expect(parse('{"a":1,"b":2,"c":3}')).toEqual({ a: 1, b: 2, c: 3 });
    expect(() => parse('{"a":1,"b":2,"c":3,"d":4}')).toThrow(refused(400));
    expect(parse('[1,2,3]')).toEqual([1, 2, 3]);
    expect(() => parse('[1,2,3,4]')).toThrow(refused(413));
  });

  it('does not count what stands in strings', () => {
    expect(parse('["[[[[[[,,,,,","\\"[[[[[[,,,,"]')).toEqual(['[[[[[[,,,,,', '"[[[[[[,,,,']);
  });

  it('survives a million open brackets [S1]', () => {
    expect(() => parse('['.repeat(1_000_000))).toThrow(refused(400));
  });

  it('keeps a hostile name as an ordinary member [D-02]', () => {
    const value = parse('{"__proto__":{"x":1}}') as object;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(({} as { x?: number }).x).toBeUndefined();
  });
});
