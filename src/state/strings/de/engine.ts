/** Welche Engine rechnet und warum. */
import type { engineStrings as english } from '../engine';
import type { Translation } from '../translation';

export const engineStrings: Translation<typeof english> = {
  wasm: 'CPU',
  short: {
    asked: 'selbst gewählt',
    noWebgpu: 'kein WebGPU hier',
    lost: 'die GPU fiel aus',
    faster: (times) => `hier ${times}\u00d7 schneller`,
    alike: 'hier gleich schnell',
  },
  long: {
    asked: 'selbst gewählt',
    usual: 'WebGPU ist da',
    lost: 'die GPU ist zweimal kurz nacheinander ausgefallen',
    noWebgpu: 'dieser Browser bietet kein WebGPU oder keinen Grafikadapter',
    measured: (webgpu, onnx) => `hier gemessen: WebGPU ${webgpu} ms je Token, der Prozessor ${onnx} ms`,
  },
  why: 'warum diese',
  onProcessor: 'dem Prozessor, mit ONNX Runtime (WebAssembly)',
  runtime: 'Laufzeit',
  gradients: 'ja, auf dem Prozessor in doppelter Genauigkeit: Methoden, die sie brauchen, laufen hier',
  choose: 'Rechnen mit',
  choices: { auto: 'was da und schneller ist', webgpu: 'WebGPU', onnx: 'dem Prozessor (ONNX Runtime)' },
  chooseNote: 'Eine andere Wahl lädt das Modell neu; Text, Eingriffe und Einstellungen bleiben.',
};
