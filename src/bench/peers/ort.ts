/** ONNX Runtime Web: its WebGPU execution provider, and its CPU one in WebAssembly (SIMD; threads where the page is isolated). */
import type * as OrtModule from 'onnxruntime-web';
import type { InferenceSession, Tensor } from 'onnxruntime-web';
import { addBlock, type BlockForm } from '../onnx/block';
import { GraphBuilder } from '../../engine/onnx/graph-builder';
import { modelBytes } from '../../engine/onnx/proto';
import type { Contender } from '../race';
import type { FeedForwardTask, ProductTask } from '../tasks';

export type Provider = 'webgpu' | 'wasm';
export type Ort = typeof OrtModule;

/** Each provider in the build that is made for it: the WebGPU build's CPU kernels are slower. */
export async function loadOrt(provider: Provider): Promise<Ort> {
  const ort = provider === 'webgpu' ? await import('onnxruntime-web/webgpu') : await import('onnxruntime-web/wasm');
  ort.env.logLevel = 'error';
  if (!globalThis.crossOriginIsolated) ort.env.wasm.numThreads = 1;
  return ort as Ort;
}

export async function openSession(ort: Ort, provider: Provider, model: Uint8Array, options: InferenceSession.SessionOptions = {}): Promise<InferenceSession> {
  return await ort.InferenceSession.create(model, { executionProviders: [provider], graphOptimizationLevel: 'all', ...options });
}

export async function numbersOf(tensor: Tensor | undefined): Promise<Float32Array> {
  const data = await tensor?.getData(true);
  if (!(data instanceof Float32Array)) throw new Error('ONNX Runtime gave no float32 numbers');
  return data;
}

/** A graph of one input `x` and one output `y`. */
async function contender(provider: Provider, how: string, graph: GraphBuilder, x: Float32Array, dims: readonly number[]): Promise<Contender> {
  const ort = await loadOrt(provider);
  const session = await openSession(ort, provider, modelBytes(graph.finish(how)));
  return {
    how,
    run: async () => {
      const out = await session.run({ x: new ort.Tensor('float32', x, dims) });
      const first = out[session.outputNames[0] ?? ''];
      return await numbersOf(first);
    },
    dispose: () => void session.release(),
  };
}

export async function ortProduct(provider: Provider, { batch, rows, inner, columns, a, w }: ProductTask): Promise<Contender> {
  const shape = (m: number, n: number): number[] => (batch === 1 ? [m, n] : [batch, m, n]);
  const graph = new GraphBuilder();
  const x = graph.input('x', 'float', shape(rows, inner));
  graph.output(graph.op('MatMul', [x, graph.weight(shape(inner, columns), w)]), { type: 'float', dims: shape(rows, columns) });
  return await contender(provider, 'MatMul', graph, a, shape(rows, inner));
}

export const BLOCK_WAYS: Readonly<Record<BlockForm, string>> = {
  all: 'all experts, two wide products',
  gather: 'weights of the chosen experts gathered',
  moe: 'com.microsoft.MoE',
};

export async function ortFeedForward(provider: Provider, form: BlockForm, { tokens, x, block }: FeedForwardTask): Promise<Contender> {
  const graph = new GraphBuilder();
  const input = graph.input('x', 'float', [tokens, block.width]);
  graph.output(addBlock(graph, input, block, form, [tokens]), { type: 'float', dims: [tokens, block.width] });
  return await contender(provider, BLOCK_WAYS[form], graph, x, [tokens, block.width]);
}
