import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderedComponents } from './components.js';

const graphArbitrary = fc.integer({ min: 1, max: 12 }).chain((size) => {
  const node = fc.integer({ min: 0, max: size - 1 });
  return fc.array(fc.tuple(node, node), { maxLength: 24 }).map((edges) => ({ size, edges }));
});

function order(size: number, edges: readonly (readonly [number, number])[]): number[][] {
  const successors = new Map<number, number[]>();
  for (const [from, to] of edges) successors.set(from, [...(successors.get(from) ?? []), to]);
  return orderedComponents([...Array(size).keys()], successors);
}

describe('orderedComponents', () => {
  it('keeps the order of numbers where nothing speaks against it', () => {
    expect(order(4, [])).toEqual([[0], [1], [2], [3]]);
    expect(order(4, [[3, 0]])).toEqual([[1], [2], [3], [0]]);
    expect(
      order(4, [
        [2, 1],
        [1, 2],
        [3, 2],
      ]),
    ).toEqual([[0], [3], [1, 2]]);
  });

  it('leads every edge forward and joins exactly what reaches each other', () => {
    fc.assert(
      fc.property(graphArbitrary, ({ size, edges }) => {
        const components = order(size, edges);
        expect(components.flat().toSorted((a, b) => a - b)).toEqual([...Array(size).keys()]);
        const at = new Map(components.flatMap((members, i) => members.map((node) => [node, i] as const)));
        const reaches = Array.from({ length: size }, (_, i) => new Set([i]));
        for (let round = 0; round < size; round++) {
          for (const [from, to] of edges) for (const node of reaches[to]!) reaches[from]!.add(node);
        }
        for (const [from, to] of edges) expect(at.get(from)!).toBeLessThanOrEqual(at.get(to)!);
        for (let a = 0; a < size; a++) {
          for (let b = 0; b < size; b++) {
            expect(at.get(a) === at.get(b)).toBe(reaches[a]!.has(b) && reaches[b]!.has(a));
          }
        }
      }),
    );
  });

  it('takes a chain of any length without recursion', () => {
    const size = 50_000;
    const edges = Array.from({ length: size - 1 }, (_, i) => [i + 1, i] as const);
    expect(order(size, edges).slice(0, 2)).toEqual([[size - 1], [size - 2]]);
    expect(order(size, [...edges, [0, size - 1]])).toHaveLength(1);
  });
});
