import type { Placement } from '../result/index.ts';

/** onnxruntime's class names of providers, without `ExecutionProvider`, by the name that a target uses. */
const PROVIDER_OF_CLASS: Readonly<Record<string, string>> = {
  CPU: 'cpu',
  WebGpu: 'webgpu',
  CUDA: 'cuda',
  Tensorrt: 'tensorrt',
  NvTensorRTRTX: 'nvtensorrtrtx',
  Dml: 'dml',
  CoreML: 'coreml',
  OpenVINO: 'openvino',
  QNN: 'qnn',
  MIGraphX: 'migraphx',
  ROCM: 'rocm',
  Xnnpack: 'xnnpack',
  WebNN: 'webnn',
};

/** One node as it ran: the kernel events of a profile. */
export interface NodeEvent {
  readonly node: string;
  readonly op: string;
  readonly provider: string;
  /** Position in its graph; tells unnamed nodes apart. */
  readonly index: string;
  readonly durationUs: number;
  /** Element types by our names; empty where the profile does not tell. */
  readonly inputs?: readonly string[];
  readonly outputs?: readonly string[];
}

/** `nodes` counts the model's own nodes: nothing else could have computed them. */
export function onlyProvider(requested: string, nodes: number): Placement {
  return { requested, proof: 'only-provider', nodes: { [requested]: nodes }, fallbacks: [] };
}

export function unproven(requested: string): Placement {
  return { requested, proof: 'none', nodes: {}, fallbacks: [] };
}

/** No node was left to run: while loading, onnxruntime computes what depends on no input, and always on the CPU. */
export function foldedAway(requested: string, nodes: number): Placement {
  return { requested, proof: 'profile', nodes: { cpu: nodes }, fallbacks: [] };
}

/** Counts nodes, not events: a node that ran in five runs is one node with the sum of its times. */
export function placementOfEvents(requested: string, events: readonly NodeEvent[]): Placement {
  const nodes: Record<string, number> = {};
  const timeUs: Record<string, number> = {};
  const fallbacks: Placement['fallbacks'][number][] = [];
  const seen = new Set<string>();
  for (const event of events) {
    timeUs[event.provider] = (timeUs[event.provider] ?? 0) + event.durationUs;
    const key = JSON.stringify([event.node, event.op, event.index, event.provider]);
    if (seen.has(key)) continue;
    seen.add(key);
    nodes[event.provider] = (nodes[event.provider] ?? 0) + 1;
    if (event.provider !== requested) {
      const { node, op, provider } = event;
      fallbacks.push({ node, op, provider, ...whyElsewhere(requested, event) });
    }
  }
  return { requested, proof: 'profile', nodes, timeUs, fallbacks };
}

/** onnxruntime gives a node to the first provider with a kernel for its operator and types; it keeps computations of shapes on the CPU. */
function whyElsewhere(
  requested: string,
  { op, inputs = [], outputs = [] }: NodeEvent,
): { readonly why?: string } {
  if (inputs.length === 0 && outputs.length === 0) return {};
  const whole = [...inputs, ...outputs].every((type) => type === 'int64' || type === 'int32');
  const kept = whole ? ', or it computes a shape, which onnxruntime keeps on the CPU' : '';
  const signature = `${op}(${inputs.join(', ')}) → ${outputs.join(', ')}`;
  return { why: `no ${requested} kernel takes ${signature}${kept}` };
}

/**
 * Reads the kernel events of an onnxruntime profile; `null` where the text is none, or ends early because the disk was
 * full: a node that is missing may be the one that ran elsewhere. `isCut` says that only its start was read.
 */
export function readProfile(text: string, isCut = false): readonly NodeEvent[] | null {
  if (!text.trimStart().startsWith('[') || (!isCut && !text.trimEnd().endsWith(']'))) return null;
  const events: NodeEvent[] = [];
  for (const line of text.split('\n')) {
    if (!line.includes('_kernel_time"')) continue;
    const event = eventOf(line);
    // Copies between devices belong to no operator of the model.
    if (event !== null && !event.op.startsWith('Memcpy')) events.push(event);
  }
  return events;
}

/** Field by field, not as JSON: onnxruntime does not escape the names of nodes. */
function eventOf(line: string): NodeEvent | null {
  const op = field(line, 'op_name');
  const provider = field(line, 'provider');
  if (op === null || provider === null) return null;
  const name = /"name"\s*:\s*"(.*?)_kernel_time"/.exec(line)?.[1] ?? '';
  const duration = /"dur"\s*:\s*(\d+)/.exec(line)?.[1];
  const index = field(line, 'node_index') ?? '';
  const className = provider.replace(/ExecutionProvider$/, '');
  return {
    node: nodeName(name, op, index),
    op,
    provider: PROVIDER_OF_CLASS[className] ?? className.toLowerCase(),
    index,
    durationUs: Number(duration ?? 0),
    ...typesOf(line, 'input'),
    ...typesOf(line, 'output'),
  };
}

const TYPE_NAMES: Readonly<Record<string, string>> = { float: 'float32', double: 'float64' };

/** `"input_type_shape" : [{"float":[2,2]},{"int64":[1]}]` */
function typesOf(line: string, side: 'input' | 'output'): Pick<NodeEvent, 'inputs' | 'outputs'> {
  const form = new RegExp(String.raw`"${side}_type_shape"\s*:\s*\[((?:\{"\w+":\[[\d,-]*\]\},?)*)\]`);
  const written = form.exec(line)?.[1] ?? '';
  const types = [...written.matchAll(/\{"(\w+)":/g)].map(([, name = '']) => TYPE_NAMES[name] ?? name);
  return types.length === 0 ? {} : { [`${side}s`]: types };
}

/** onnxruntime names an unnamed node `Op_index` in its profile; for us it has no name. */
function nodeName(name: string, op: string, index: string): string {
  return name === `${op}_${index}` ? '' : name;
}

function field(line: string, key: string): string | null {
  return new RegExp(`"${key}"\\s*:\\s*"([^"]*)"`).exec(line)?.[1] ?? null;
}
