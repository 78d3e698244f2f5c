/** ONNX Runtime Web: its WebGPU execution provider, and its CPU one in WebAssembly (SIMD; threads where the page is isolated). */
import type { InferenceSession, Tensor } from 'onnxruntime-web';
import { addBlock, type BlockForm } from '../onnx/block';
import { OnnxGraph } from '../onnx/builder';
import type { Contender } from '../race';
import type { FeedForwardTask, ProductTask } from '../tasks';

export type Provider = 'webgpu' | 'wasm';
export type Ort = typeof import('onnxruntime-web');

/** Each provider in the build that is made for it: the WebGPU build's CPU kernels are slower. */
export async function loadOrt(provider: Provider): Promise<Ort> {
  const ort = provider === 'webgpu' ? await import('onnxruntime-web/webgpu') : await import('onnxruntime-web/wasm');
  ort.env.logLevel = 'error';
  if (provider === 'webgpu') await withoutSubgroups(ort as Ort);
  if (!globalThis.crossOriginIsolated) ort.env.wasm.numThreads = 1;
  return ort as Ort;
}

let device: GPUDevice | undefined;

/**
 * Hands ONNX Runtime a device of ours. It asks for subgroups where the adapter has them, and its attention kernel for
 * them is wrong where a subgroup has 4 lanes (SwiftShader; seen from prompts of 32 tokens on).
 */
async function withoutSubgroups(ort: Ort): Promise<void> {
  if (device !== undefined) return;
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) throw new Error('there is no adapter');
  const features = ['shader-f16', 'timestamp-query'] as const;
  device = await adapter.requestDevice({
    requiredFeatures: features.filter((feature) => adapter.features.has(feature)),
    requiredLimits: Object.fromEntries(['maxStorageBufferBindingSize', 'maxBufferSize', 'maxComputeWorkgroupStorageSize', 'maxComputeInvocationsPerWorkgroup', 'maxComputeWorkgroupSizeX', 'maxComputeWorkgroupSizeY', 'maxComputeWorkgroupSizeZ', 'maxStorageBuffersPerShaderStage'].map((name) => [name, adapter.limits[name as keyof GPUSupportedLimits] as number])),
  });
  Object.assign(ort.env.webgpu, { device });
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
async function contender(provider: Provider, how: string, graph: OnnxGraph, x: Float32Array, dims: readonly number[]): Promise<Contender> {
  const ort = await loadOrt(provider);
  const session = await openSession(ort, provider, graph.finish());
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
  const graph = new OnnxGraph();
  const x = graph.input('x', 'float', shape(rows, inner));
  graph.output(graph.node('MatMul', [x, graph.floats(shape(inner, columns), w)]), 'float', shape(rows, columns));
  return await contender(provider, 'MatMul', graph, a, shape(rows, inner));
}

const WAYS: Readonly<Record<BlockForm, string>> = {
  all: 'all experts, two wide products',
  gather: 'weights of the chosen experts gathered',
  moe: 'com.microsoft.MoE',
};

export async function ortFeedForward(provider: Provider, form: BlockForm, { tokens, x, block }: FeedForwardTask): Promise<Contender> {
  const graph = new OnnxGraph();
  const input = graph.input('x', 'float', [tokens, block.width]);
  graph.output(addBlock(graph, input, block, form, [tokens]), 'float', [tokens, block.width]);
  return await contender(provider, WAYS[form], graph, x, [tokens, block.width]);
}
