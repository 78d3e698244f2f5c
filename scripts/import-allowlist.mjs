/**
 * Who may import whom: anything not listed here is forbidden. docs/ARCHITECTURE.md explains the folders.
 *
 * `folders`   folders of src/ (and `shaders`) that may be imported besides the folder itself; '*' is everything
 * `types`     folders of which only types may be imported
 * `packages`  npm packages; `d3-*` matches by prefix
 * `why`       printed when the line is broken: what the rule protects
 */

const aboveTheEngines = 'The page talks to the worker and to the Engine interface, so that an engine can crash, be replaced or be absent.';
const engineParts = ['base', 'model', 'routing', 'trace', 'engine'];

/** @type {Record<string, import('./import-allowlist.mjs').Rule>} */
export const allowlist = {
  base: {
    folders: [],
    why: 'base is what everything else stands on, so it stands on nothing.',
  },
  model: {
    folders: ['base'],
    packages: ['@huggingface/tokenizers'],
    why: 'A checkpoint is what is on disk. It runs nothing and knows no engine.',
  },
  routing: {
    folders: ['base'],
    why: 'A plan and the selection rules are plain data and pure functions: the oracle of route.wgsl, and usable anywhere.',
  },
  trace: {
    folders: ['base'],
    types: ['routing'],
    packages: ['valibot'],
    why: 'A trace can be opened with no model and no GPU, so reading one may depend on neither.',
  },
  engine: {
    folders: ['base', 'model', 'routing', 'trace'],
    why: 'The Engine interface, the generate loop and sampling hold for every implementation, so they name none.',
  },
  'engine/webgpu': {
    folders: [...engineParts, 'shaders'],
    why: 'An engine implements the interface; engines do not know each other, nor anything that uses them.',
  },
  'engine/onnx': {
    folders: [...engineParts, 'engine/reference'],
    packages: ['onnxruntime-web', '@bufbuild/protobuf'],
    why: 'An engine implements the interface and knows no other, but for the gradients of the reference, which an ONNX graph has none of.',
  },
  'engine/reference': {
    folders: engineParts,
    why: 'The oracle shares no code with the engines it judges.',
  },
  'engine/worker': {
    folders: [...engineParts, 'engine/webgpu', 'engine/onnx'],
    why: 'The worker owns the engines of the page. The reference engine is the oracle of tests and command line, never a silent fallback.',
  },
  methods: {
    folders: ['base', 'routing', 'trace', 'engine'],
    why: 'A method acts through a RoutingPlan and sees the Engine interface only, so that each can be tested in Node on any engine.',
  },
  analysis: {
    folders: ['base', 'trace', 'routing'],
    why: 'Metrics are pure functions of a trace, computed with no model and no GPU. Of routing they may use the pure selection rules.',
  },
  state: {
    folders: ['base', 'model', 'routing', 'trace', 'engine', 'engine/worker', 'methods', 'analysis', 'offline'],
    packages: ['zustand', 'valibot'],
    why: aboveTheEngines,
  },
  lessons: {
    folders: ['base', 'trace', 'routing', 'analysis', 'state'],
    packages: ['valibot'],
    why: 'A lesson reads and sets the state of the page and draws nothing, so that its claims can be tested in Node.',
  },
  offline: {
    folders: ['base'],
    why: 'The service worker hands out files, and knows nothing of what is in them.',
  },
  viz: {
    folders: ['base'],
    packages: ['d3', 'd3-*', 'uqr'],
    why: 'A chart gets plain arrays and draws them: it can be tested, reused and replaced without the app.',
  },
  ui: {
    folders: ['base', 'state', 'analysis', 'viz', 'lessons'],
    types: ['trace', 'routing'],
    packages: ['react', 'react-dom', 'zustand'],
    why: aboveTheEngines,
  },
  bench: {
    folders: ['base', 'model', 'routing', 'engine', 'engine/webgpu', 'engine/onnx', 'engine/reference', 'state', 'ui'],
    packages: ['react', 'react-dom', 'onnxruntime-web', '@jax-js/jax', '@tensorflow/*'],
    why: 'The bench page is built apart from the playground and puts engines beside other libraries; nothing of the playground imports it.',
  },
  cli: {
    folders: ['*'],
    packages: ['*'],
    why: 'The composition root in Node.',
  },
  main: {
    folders: ['*'],
    packages: ['*'],
    why: 'The composition root of the page.',
  },
};
