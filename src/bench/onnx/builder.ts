/**
 * ONNX models made in memory. Field numbers are those of onnx.proto (github.com/onnx/onnx); the wire format is
 * Protocol Buffers, written by @bufbuild/protobuf.
 */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** A size, or the name of one that is known at run time only. */
export type Dimension = number | string;
export type Attribute = number | string | readonly number[] | { readonly float: number };

export const TYPES = { float: 1, int32: 6, int64: 7 } as const;
export type ElementType = keyof typeof TYPES;

/** A message in a field of length-delimited type. */
function message(out: BinaryWriter, field: number, content: Uint8Array): void {
  out.tag(field, WireType.LengthDelimited).bytes(content);
}

function text(out: BinaryWriter, field: number, value: string): void {
  out.tag(field, WireType.LengthDelimited).string(value);
}

function attribute(name: string, value: Attribute): Uint8Array {
  const out = new BinaryWriter();
  text(out, 1, name);
  if (typeof value === 'string') {
    text(out, 4, value);
    out.tag(20, WireType.Varint).int32(3);
  } else if (typeof value === 'number') {
    out.tag(3, WireType.Varint).int64(value);
    out.tag(20, WireType.Varint).int32(2);
  } else if ('float' in value) {
    out.tag(2, WireType.Bit32).float(value.float);
    out.tag(20, WireType.Varint).int32(1);
  } else {
    for (const part of value) out.tag(8, WireType.Varint).int64(part);
    out.tag(20, WireType.Varint).int32(7);
  }
  return out.finish();
}

function valueInfo(name: string, type: ElementType, dims: readonly Dimension[]): Uint8Array {
  const shape = new BinaryWriter();
  for (const dim of dims) {
    const one = new BinaryWriter();
    if (typeof dim === 'number') one.tag(1, WireType.Varint).int64(dim);
    else text(one, 2, dim);
    message(shape, 1, one.finish());
  }
  const tensor = new BinaryWriter();
  tensor.tag(1, WireType.Varint).int32(TYPES[type]);
  message(tensor, 2, shape.finish());
  const wrapped = new BinaryWriter();
  message(wrapped, 1, tensor.finish());
  const out = new BinaryWriter();
  text(out, 1, name);
  message(out, 2, wrapped.finish());
  return out.finish();
}

/** Builds one graph, node after node. Names are made here, so that none can clash. */
export class OnnxGraph {
  readonly #nodes: Uint8Array[] = [];
  readonly #weights: Uint8Array[] = [];
  readonly #inputs: Uint8Array[] = [];
  readonly #outputs: Uint8Array[] = [];
  readonly #shared = new Map<string, string>();
  #count = 0;

  input(name: string, type: ElementType, dims: readonly Dimension[]): string {
    this.#inputs.push(valueInfo(name, type, dims));
    return name;
  }

  output(name: string, type: ElementType, dims: readonly Dimension[]): void {
    this.#outputs.push(valueInfo(name, type, dims));
  }

  floats(dims: readonly number[], values: Float32Array): string {
    return this.#tensor(1, dims, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }

  /** A small constant of 64-bit integers, such as a shape; asked for again it is the same tensor. */
  integers(...values: number[]): string {
    const key = values.join(',');
    const known = this.#shared.get(key);
    if (known !== undefined) return known;
    const made = this.#tensor(7, [values.length], new Uint8Array(BigInt64Array.from(values, BigInt).buffer));
    this.#shared.set(key, made);
    return made;
  }

  /** Adds a node and gives the name of its first output. `outputs` names all of them where there are more. */
  node(op: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}, { domain = '', outputs }: { readonly domain?: string; readonly outputs?: readonly string[] } = {}): string {
    const names = outputs ?? [`${op}_${this.#count++}`];
    const out = new BinaryWriter();
    for (const name of inputs) text(out, 1, name);
    for (const name of names) text(out, 2, name);
    text(out, 3, `${op}_node_${this.#count++}`);
    text(out, 4, op);
    for (const [name, value] of Object.entries(attributes)) message(out, 5, attribute(name, value));
    if (domain !== '') text(out, 7, domain);
    this.#nodes.push(out.finish());
    return names[0] ?? '';
  }

  /** The model's bytes. */
  finish(): Uint8Array {
    const graph = new BinaryWriter();
    for (const node of this.#nodes) message(graph, 1, node);
    text(graph, 2, 'bench');
    for (const weight of this.#weights) message(graph, 5, weight);
    for (const input of this.#inputs) message(graph, 11, input);
    for (const output of this.#outputs) message(graph, 12, output);
    const out = new BinaryWriter();
    out.tag(1, WireType.Varint).int64(9);
    for (const [domain, version] of [['', 17], ['com.microsoft', 1]] as const) {
      const opset = new BinaryWriter();
      text(opset, 1, domain);
      opset.tag(2, WireType.Varint).int64(version);
      message(out, 8, opset.finish());
    }
    message(out, 7, graph.finish());
    return out.finish();
  }

  #tensor(type: number, dims: readonly number[], raw: Uint8Array): string {
    const name = `weight_${this.#count++}`;
    const out = new BinaryWriter();
    for (const dim of dims) out.tag(1, WireType.Varint).int64(dim);
    out.tag(2, WireType.Varint).int32(type);
    text(out, 8, name);
    out.tag(9, WireType.LengthDelimited).bytes(raw);
    this.#weights.push(out.finish());
    return name;
  }
}
