/** What an optimiser made of a graph: which nodes became one, which were replaced, which went. */
import type { Model } from './model.ts';
import type { NodeProto } from './onnx_pb.gen.ts';

/** Nodes of one kind and what they stand for. */
export interface Fusion {
  /** Operator of the optimised graph; with its domain outside ONNX. */
  readonly op: string;
  /** Operators of the given graph that it computes, in their order. */
  readonly from: readonly string[];
  readonly count: number;
}

export interface OpCount {
  readonly op: string;
  readonly count: number;
}

/** The main graph alone; constants are no computation and are left out. */
export interface GraphChanges {
  readonly nodes: number;
  /** One node for several. */
  readonly fused: readonly Fusion[];
  /** One node for one of another operator. */
  readonly replaced: readonly Fusion[];
  /** Nodes that no node of the given graph stands behind: casts, copies, other layouts. */
  readonly added: readonly OpCount[];
  /** Nodes that were computed in advance, had no effect, or went into a node that cannot be told. */
  readonly removed: readonly OpCount[];
}

/** Compares a graph with what an optimiser wrote. Tensors keep their names, so a node is known by its first output. */
export function findFusions(given: Model, optimised: Model): GraphChanges {
  const before = given.graph.node.filter((node) => node.opType !== 'Constant');
  const after = optimised.graph.node.filter((node) => node.opType !== 'Constant');
  const producers = producersOf(before);
  const rest = new Set(before);
  const made = new Set(after.flatMap(({ output }) => output));
  const changed = after.filter((node) => {
    const same = producers.get(firstOutput(node));
    if (same === undefined || opOf(same) !== opOf(node)) return true;
    rest.delete(same);
    return false;
  });
  const sources = sourcesOf(given);
  const regions = changed.map((node) => ({
    node,
    region: regionOf(node, { producers, rest, made, sources }),
  }));
  for (const { region } of regions) for (const node of region) rest.delete(node);
  const order = new Map(before.map((node, at) => [node, at]));
  const fusions = regions
    .filter(({ region }) => region.size > 0)
    .map(({ node, region }) => ({
      op: opOf(node),
      from: [...region].toSorted((left, right) => order.get(left)! - order.get(right)!).map(opOf),
    }));
  return {
    nodes: after.length,
    fused: counted(fusions.filter(({ from }) => from.length > 1)),
    replaced: counted(fusions.filter(({ op, from }) => from.length === 1 && from[0] !== op)),
    added: histogram(regions.filter(({ region }) => region.size === 0).map(({ node }) => node)),
    removed: histogram(rest),
  };
}

interface Graphs {
  /** Nodes of the given graph by output. */
  readonly producers: ReadonlyMap<string, NodeProto>;
  /** Those of them that are gone. */
  readonly rest: ReadonlySet<NodeProto>;
  /** Tensors of the optimised graph. */
  readonly made: ReadonlySet<string>;
  /** Inputs of the given graph. */
  readonly sources: ReadonlySet<string>;
}

/** The nodes that are gone between the inputs of a new node and its outputs; none where they need more than these inputs. */
function regionOf(node: NodeProto, { producers, rest, made, sources }: Graphs): ReadonlySet<NodeProto> {
  const edges = new Set(node.input);
  const region = new Set<NodeProto>();
  const open = node.output.flatMap((output) => producers.get(output) ?? []);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (region.has(next) || !rest.has(next)) continue;
    region.add(next);
    for (const input of next.input.filter((name) => !edges.has(name))) {
      if (made.has(input) || sources.has(input)) return new Set();
      const producer = producers.get(input);
      if (producer !== undefined) open.push(producer);
    }
  }
  return region;
}

/** What is fed; an initializer may be listed among the inputs as well. */
function sourcesOf({ graph }: Model): ReadonlySet<string> {
  const constants = new Set(graph.initializer.map(({ name }) => name));
  return new Set(graph.input.map(({ name }) => name).filter((name) => !constants.has(name)));
}

function producersOf(nodes: readonly NodeProto[]): ReadonlyMap<string, NodeProto> {
  return new Map(
    nodes.flatMap((node) =>
      node.output.filter((output) => output !== '').map((output) => [output, node] as const),
    ),
  );
}

function firstOutput({ output }: NodeProto): string {
  return output.find((name) => name !== '') ?? '';
}

function opOf({ domain, opType }: NodeProto): string {
  return domain === '' || domain === 'ai.onnx' ? opType : `${domain}.${opType}`;
}

function counted(fusions: readonly Omit<Fusion, 'count'>[]): readonly Fusion[] {
  const kinds = new Map<string, Fusion>();
  for (const { op, from } of fusions) {
    const key = JSON.stringify([op, from]);
    kinds.set(key, { op, from, count: (kinds.get(key)?.count ?? 0) + 1 });
  }
  return mostFirst([...kinds.values()]);
}

function histogram(nodes: Iterable<NodeProto>): readonly OpCount[] {
  const counts = new Map<string, number>();
  for (const node of nodes) counts.set(opOf(node), (counts.get(opOf(node)) ?? 0) + 1);
  return mostFirst([...counts].map(([op, count]) => ({ op, count })));
}

function mostFirst<T extends OpCount>(entries: readonly T[]): readonly T[] {
  return entries.toSorted((left, right) => right.count - left.count || left.op.localeCompare(right.op));
}
