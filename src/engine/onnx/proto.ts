/**
 * The part of onnx.proto that a model made here uses, written with the wire format of `@bufbuild/protobuf`.
 * Field numbers and enum values: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto (IR version 9).
 */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** `TensorProto.DataType` */
export const ELEMENT = { float: 1, int32: 6, int64: 7, double: 11 } as const;
export type ElementType = keyof typeof ELEMENT;

/** A constant of a graph, row-major. */
export interface TensorProto {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly number[];
  readonly data: Float32Array | Int32Array | BigInt64Array | Float64Array;
}

export type Attribute = { readonly int: number } | { readonly text: string } | { readonly ints: readonly number[] } | { readonly float: number } | { readonly graph: GraphProto };

export interface NodeProto {
  /** Name of the operator, after its domain and a dot where it has one: `MatMul`, `com.microsoft.MoE`. */
  readonly opType: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** Type and shape of an input or output of a graph; a string names a size that differs from run to run. */
export interface ValueInfo {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly (number | string)[];
}

export interface GraphProto {
  readonly name: string;
  readonly nodes: readonly NodeProto[];
  readonly initializers: readonly TensorProto[];
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
}

/** Operators by domain, with their version; ONNX Runtime adds `SimplifiedLayerNormalization` to the standard one. */
const OPSETS = [['', 18], ['com.microsoft', 1]] as const;
const IR_VERSION = 9;

/** `AttributeProto.AttributeType` */
const ATTRIBUTE_TYPE = { float: 1, int: 2, text: 3, graph: 5, ints: 7 } as const;

type Write<T> = (writer: BinaryWriter, value: T) => void;

function message<T>(writer: BinaryWriter, field: number, value: T, write: Write<T>): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write(writer, value);
  writer.join();
}

function messages<T>(writer: BinaryWriter, field: number, values: readonly T[], write: Write<T>): void {
  for (const value of values) message(writer, field, value, write);
}

const text = (writer: BinaryWriter, field: number, value: string): BinaryWriter => writer.tag(field, WireType.LengthDelimited).string(value);
const integer = (writer: BinaryWriter, field: number, value: number): BinaryWriter => writer.tag(field, WireType.Varint).int64(value);

function writeTensor(writer: BinaryWriter, { name, type, dims, data }: TensorProto): void {
  for (const dim of dims) integer(writer, 1, dim);
  integer(writer, 2, ELEMENT[type]);
  text(writer, 8, name);
  // raw_data is little-endian, as are all machines that run WebAssembly.
  writer.tag(9, WireType.LengthDelimited).bytes(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function writeAttribute(writer: BinaryWriter, [name, attribute]: readonly [string, Attribute]): void {
  text(writer, 1, name);
  if ('float' in attribute) {
    writer.tag(2, WireType.Bit32).float(attribute.float);
    integer(writer, 20, ATTRIBUTE_TYPE.float);
  } else if ('int' in attribute) {
    integer(writer, 3, attribute.int);
    integer(writer, 20, ATTRIBUTE_TYPE.int);
  } else if ('text' in attribute) {
    text(writer, 4, attribute.text);
    integer(writer, 20, ATTRIBUTE_TYPE.text);
  } else if ('ints' in attribute) {
    for (const value of attribute.ints) integer(writer, 8, value);
    integer(writer, 20, ATTRIBUTE_TYPE.ints);
  } else {
    message(writer, 6, attribute.graph, writeGraph);
    integer(writer, 20, ATTRIBUTE_TYPE.graph);
  }
}

function writeNode(writer: BinaryWriter, { opType, inputs, outputs, attributes }: NodeProto): void {
  for (const name of inputs) text(writer, 1, name);
  for (const name of outputs) text(writer, 2, name);
  const dot = opType.lastIndexOf('.');
  text(writer, 4, opType.slice(dot + 1));
  messages(writer, 5, Object.entries(attributes), writeAttribute);
  if (dot > 0) text(writer, 7, opType.slice(0, dot));
}

function writeValueInfo(writer: BinaryWriter, { name, type, dims }: ValueInfo): void {
  text(writer, 1, name);
  message(writer, 2, dims, (typeProto) => {
    message(typeProto, 1, dims, (tensorType) => {
      integer(tensorType, 1, ELEMENT[type]);
      message(tensorType, 2, dims, (shape) => {
        messages(shape, 1, dims, (dimension, dim) => (typeof dim === 'number' ? integer(dimension, 1, dim) : text(dimension, 2, dim)));
      });
    });
  });
}

function writeGraph(writer: BinaryWriter, graph: GraphProto): void {
  messages(writer, 1, graph.nodes, writeNode);
  text(writer, 2, graph.name);
  messages(writer, 5, graph.initializers, writeTensor);
  messages(writer, 11, graph.inputs, writeValueInfo);
  messages(writer, 12, graph.outputs, writeValueInfo);
}

/** A `ModelProto` around a graph, as the bytes of an .onnx file. */
export function modelBytes(graph: GraphProto): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  integer(writer, 1, IR_VERSION);
  text(writer, 2, 'moe-playground');
  message(writer, 7, graph, writeGraph);
  messages(writer, 8, OPSETS, (opset, [domain, version]) => {
    text(opset, 1, domain);
    integer(opset, 2, version);
  });
  return writer.finish();
}
