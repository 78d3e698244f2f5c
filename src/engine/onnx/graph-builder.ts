/** Builds an ONNX graph node by node; a value is the name under which a node leaves it. */
import type { Attribute, ElementType, GraphProto, NodeProto, TensorProto, ValueInfo } from './proto';

/** Name of an input, a constant or the output of a node. */
export type Value = string;

/** Names and constants that a graph shares with the branches inside it. */
class Shared {
  #next = 0;
  readonly initializers: TensorProto[] = [];
  readonly #constants = new Map<string, Value>();

  name(of: string): Value {
    return `${of}_${this.#next++}`;
  }

  constant(type: ElementType, dims: readonly number[], data: TensorProto['data'], key?: string): Value {
    const known = key === undefined ? undefined : this.#constants.get(key);
    if (known !== undefined) return known;
    const name = this.name('constant');
    this.initializers.push({ name, type, dims, data });
    if (key !== undefined) this.#constants.set(key, name);
    return name;
  }
}

export class GraphBuilder {
  readonly #nodes: NodeProto[] = [];
  readonly #inputs: ValueInfo[] = [];
  readonly #outputs: ValueInfo[] = [];

  constructor(private readonly shared: Shared = new Shared()) {}

  /** A node with one output. */
  op(opType: string, inputs: readonly Value[], attributes: Readonly<Record<string, Attribute>> = {}): Value {
    return this.ops(opType, inputs, 1, attributes)[0] as Value;
  }

  /** A node with `count` outputs. */
  ops(opType: string, inputs: readonly Value[], count: number, attributes: Readonly<Record<string, Attribute>> = {}): Value[] {
    const outputs = Array.from({ length: count }, () => this.shared.name(opType));
    this.#nodes.push({ opType, inputs, outputs, attributes });
    return outputs;
  }

  /** A weight, row-major. */
  weight(dims: readonly number[], data: Float32Array): Value {
    return this.shared.constant('float', dims, data);
  }

  /** One number as a float. */
  float(value: number): Value {
    return this.shared.constant('float', [], Float32Array.of(value), `float ${value}`);
  }

  doubles(values: readonly number[], dims: readonly number[] = [values.length]): Value {
    return this.shared.constant('double', dims, Float64Array.from(values), `double ${dims.join('x')} ${values.join()}`);
  }

  /** A vector of whole numbers, as axes and shapes are given. */
  ints(...values: readonly number[]): Value {
    return this.shared.constant('int64', [values.length], BigInt64Array.from(values, BigInt), `int64 ${values.join()}`);
  }

  reshape(value: Value, ...dims: readonly number[]): Value {
    return this.op('Reshape', [value, this.ints(...dims)]);
  }

  cast(value: Value, to: Attribute): Value {
    return this.op('Cast', [value], { to });
  }

  /** Cuts an axis into pieces of the given sizes. */
  split(value: Value, axis: number, sizes: readonly number[]): Value[] {
    return this.ops('Split', [value, this.ints(...sizes)], sizes.length, { axis: { int: axis } });
  }

  concat(values: readonly Value[], axis: number): Value {
    return this.op('Concat', values, { axis: { int: axis } });
  }

  /** Sum along an axis, which stays with size 1. */
  sum(value: Value, axis: number): Value {
    return this.op('ReduceSum', [value, this.ints(axis)]);
  }

  /** Computes one of two branches; each leaves `outputs.length` values of these types and shapes. */
  either(condition: Value, outputs: readonly Pick<ValueInfo, 'type' | 'dims'>[], then: (b: GraphBuilder) => Value[], otherwise: (b: GraphBuilder) => Value[]): Value[] {
    const branch = (build: (b: GraphBuilder) => Value[]): Attribute => {
      const inner = new GraphBuilder(this.shared);
      build(inner).forEach((name, i) => inner.output(name, outputs[i] ?? { type: 'float', dims: [] }));
      return { graph: inner.#finish(this.shared.name('branch'), []) };
    };
    return this.ops('If', [condition], outputs.length, { then_branch: branch(then), else_branch: branch(otherwise) });
  }

  input(name: string, type: ElementType, dims: readonly (number | string)[]): Value {
    this.#inputs.push({ name, type, dims });
    return name;
  }

  output(name: Value, info: Pick<ValueInfo, 'type' | 'dims'>): void {
    this.#outputs.push({ name, ...info });
  }

  /** Leaves a value under a name of its own. */
  named(name: string, value: Value, type: ElementType, dims: readonly (number | string)[]): void {
    this.#nodes.push({ opType: 'Identity', inputs: [value], outputs: [name], attributes: {} });
    this.output(name, { type, dims });
  }

  finish(name: string): GraphProto {
    return this.#finish(name, this.shared.initializers);
  }

  #finish(name: string, initializers: readonly TensorProto[]): GraphProto {
    return { name, nodes: this.#nodes, initializers, inputs: this.#inputs, outputs: this.#outputs };
  }
}
