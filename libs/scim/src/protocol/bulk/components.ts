/** Edges by node: from each node to those that come after it. */
export type Successors = ReadonlyMap<number, Iterable<number>>;

/**
 * Puts nodes in an order in which every edge leads forward; nodes that lie on a common circle come together, in
 * ascending order. Among what may come next, the lowest number comes first. Linear in nodes and edges but for the
 * queue; no recursion, so depth costs no stack.
 */
export function orderedComponents(nodes: readonly number[], successors: Successors): number[][] {
  const components = stronglyConnected(nodes, successors);
  const componentOf = new Map(components.flatMap((members, c) => members.map((node) => [node, c] as const)));
  const waiting = components.map(() => 0);
  const next = components.map(() => new Set<number>());
  for (const node of nodes) {
    const from = componentOf.get(node)!;
    for (const successor of successors.get(node) ?? []) {
      const to = componentOf.get(successor);
      if (to === undefined || to === from || next[from]!.has(to)) continue;
      next[from]!.add(to);
      waiting[to]!++;
    }
  }
  return drain(components, waiting, next);
}

function drain(components: number[][], waiting: number[], next: ReadonlySet<number>[]): number[][] {
  // Ready components, the one with the lowest first node last.
  const ready: number[] = [];
  const push = (component: number): void => {
    const first = components[component]![0]!;
    let low = 0;
    let high = ready.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (components[ready[middle]!]![0]! > first) low = middle + 1;
      else high = middle;
    }
    ready.splice(low, 0, component);
  };
  waiting.forEach((count, component) => {
    if (count === 0) push(component);
  });
  const ordered: number[][] = [];
  for (let component = ready.pop(); component !== undefined; component = ready.pop()) {
    ordered.push(components[component]!);
    for (const successor of next[component]!) if (--waiting[successor]! === 0) push(successor);
  }
  return ordered;
}

interface Visit {
  readonly node: number;
  readonly edges: Iterator<number>;
}

/** Tarjan's algorithm with a stack of its own. Members ascending. */
function stronglyConnected(nodes: readonly number[], successors: Successors): number[][] {
  const included = new Set(nodes);
  const index = new Map<number, number>();
  const low = new Map<number, number>();
  const open: number[] = [];
  const isOpen = new Set<number>();
  const components: number[][] = [];
  const visits: Visit[] = [];
  const enter = (node: number): void => {
    index.set(node, index.size);
    low.set(node, index.get(node)!);
    open.push(node);
    isOpen.add(node);
    visits.push({ node, edges: (successors.get(node) ?? [])[Symbol.iterator]() });
  };
  const lower = (node: number, to: number): void => {
    low.set(node, Math.min(low.get(node)!, to));
  };
  const close = (node: number): void => {
    const members: number[] = [];
    let member: number;
    do {
      member = open.pop()!;
      isOpen.delete(member);
      members.push(member);
    } while (member !== node);
    components.push(members.toSorted((a, b) => a - b));
  };
  for (const start of nodes) {
    if (!index.has(start)) enter(start);
    for (let visit = visits.at(-1); visit; visit = visits.at(-1)) {
      const { node, edges } = visit;
      const edge = edges.next();
      if (!edge.done) {
        const to = edge.value;
        if (!included.has(to)) continue;
        if (!index.has(to)) enter(to);
        else if (isOpen.has(to)) lower(node, index.get(to)!);
        continue;
      }
      visits.pop();
      const parent = visits.at(-1);
      if (parent) lower(parent.node, low.get(node)!);
      if (low.get(node) === index.get(node)) close(node);
    }
  }
  return components;
}
