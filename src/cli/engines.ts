/** Engines by name. Loaded only when asked for: the reference needs no driver. */
import type { Engine } from '../engine/engine';

export const ENGINES = ['webgpu', 'onnx', 'reference'] as const;
export type EngineName = (typeof ENGINES)[number];

/** Throws PlaygroundError `no-webgpu` or `adapter-refused`. */
export async function openEngine(name: EngineName): Promise<Engine> {
  switch (name) {
    case 'webgpu': {
      const [{ createWebgpuEngine }, { nodeGpu }] = await Promise.all([import('../engine/webgpu/engine'), import('./node-gpu')]);
      return createWebgpuEngine({ gpu: nodeGpu() });
    }
    case 'onnx': {
      const { nodeOnnxEngine } = await import('./node-onnx');
      return nodeOnnxEngine();
    }
    case 'reference': {
      const { createReferenceEngine } = await import('../engine/reference/engine');
      return createReferenceEngine();
    }
  }
}
