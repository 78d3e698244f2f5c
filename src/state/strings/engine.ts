/** Which engine computes, and why. */
export const engineStrings = {
  wasm: 'CPU',
  /** Beside the name of the engine that runs. */
  short: {
    asked: 'chosen by you',
    noWebgpu: 'no WebGPU here',
    lost: 'the GPU was lost',
    faster: (times: string) => `${times}\u00d7 faster here`,
    alike: 'as fast here',
  },
  long: {
    asked: 'chosen by you',
    usual: 'WebGPU is there',
    lost: 'the GPU was lost twice in a short while',
    noWebgpu: 'this browser offers no WebGPU, or no graphics adapter',
    measured: (webgpu: string, onnx: string) => `measured here: WebGPU ${webgpu} ms a token, the processor ${onnx} ms`,
  },
  why: 'why this one',
  onProcessor: 'the processor, with ONNX Runtime (WebAssembly)',
  runtime: 'runtime',
  gradients: 'yes, on the processor in double precision: methods that need them run here',
  choose: 'Compute with',
  choices: { auto: 'What is there and faster', webgpu: 'WebGPU', onnx: 'The processor (ONNX Runtime)' },
  chooseNote: 'Another choice loads the model anew; your text, edits and settings stay.',
} as const;
