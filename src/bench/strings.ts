/** Words of the bench page. It is no part of the playground's first load, and so has a catalogue of its own. */
import type { Translation } from '../state/strings/translation';
import type { SectionName } from './report';

const english = {
  title: 'Benchmark',
  lead: 'The shipped model and its kernels against ONNX Runtime Web, TensorFlow.js and jax-js: same weights, same input, same page. Nobody is timed whose result is wrong; engines take turns.',
  hint: 'Close other tabs and programs first: what runs beside it is measured too.',
  run: 'Run',
  quick: 'Quick look',
  running: (section: string, label: string) => `${section}: ${label}`,
  failed: (why: string) => `The benchmark stopped: ${why}`,
  software: 'This adapter computes on the CPU. Ratios between WebGPU engines mean something here, milliseconds say nothing about a GPU. WebAssembly is printed as the CPU ceiling: it runs native SIMD on the same cores on which the adapter imitates a GPU.',
  adapter: 'Adapter',
  save: 'Save report',
  sections: { products: 'Matrix products', ffn: 'Feed-forward block of one layer', prefill: 'Prefill of the whole model', decode: 'Decode of the whole model', kernels: 'Choices of kernels', curves: 'How cost grows', roofline: 'Share of the roofline' } satisfies Record<SectionName, string>,
  columns: { task: 'Task', engine: 'Engine', way: 'Way', median: 'Median (ms)', ratio: 'Theirs / ours', interval: '95 % interval', n: 'Rounds', kernels: 'Kernels', relative: 'Time / first row', point: 'Size', rows: 'Rows per expert', share: 'Share of the roof', bandwidth: 'Copy (GB/s)', arithmetic: 'Product (GFLOP/s)' },
  tokens: (n: number) => `T = ${n}`,
};

const german: Translation<typeof english> = {
  title: 'Leistungsvergleich',
  lead: 'Das mitgelieferte Modell und seine Kernel gegen ONNX Runtime Web, TensorFlow.js und jax-js: dieselben Gewichte, dieselbe Eingabe, dieselbe Seite. Wer falsch rechnet, bekommt keine Zeit; die Engines wechseln sich ab.',
  hint: 'Vorher andere Tabs und Programme schließen: Was daneben läuft, wird mitgemessen.',
  run: 'Starten',
  quick: 'Kurz',
  running: (section, label) => `${section}: ${label}`,
  failed: (why) => `Der Vergleich ist abgebrochen: ${why}`,
  software: 'Dieser Adapter rechnet auf der CPU. Verhältnisse zwischen WebGPU-Engines sagen hier etwas, Millisekunden sagen nichts über eine GPU. WebAssembly steht als Obergrenze der CPU dabei: Es nutzt SIMD auf denselben Kernen, auf denen der Adapter eine GPU nachbildet.',
  adapter: 'Adapter',
  save: 'Bericht speichern',
  sections: { products: 'Matrixprodukte', ffn: 'Feed-Forward-Block einer Schicht', prefill: 'Prefill des ganzen Modells', decode: 'Decode des ganzen Modells', kernels: 'Kernel zur Wahl', curves: 'Wie der Aufwand wächst', roofline: 'Anteil an der Roofline' },
  columns: { task: 'Aufgabe', engine: 'Engine', way: 'Weg', median: 'Median (ms)', ratio: 'Andere / wir', interval: '95-%-Intervall', n: 'Runden', kernels: 'Kernel', relative: 'Zeit / erste Zeile', point: 'Größe', rows: 'Zeilen je Experte', share: 'Anteil am Dach', bandwidth: 'Kopie (GB/s)', arithmetic: 'Produkt (GFLOP/s)' },
  tokens: (n) => `T = ${n}`,
};

export type BenchStrings = Translation<typeof english>;

/** By the browser's first language. */
export function benchStrings(language: string): BenchStrings {
  return language.toLowerCase().startsWith('de') ? german : english;
}
