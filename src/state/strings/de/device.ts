/** Der Bericht hinter der Marke: was hier rechnet, was es begrenzt und warum. */
import type { deviceStrings as english } from '../device';
import type { Translation } from '../translation';

export const deviceStrings: Translation<typeof english> = {
  title: 'Was hier rechnet',
  open: 'Was hier rechnet',
  computes: 'rechnet auf',
  adapter: 'Adapter',
  adapterUnknown: 'vom Browser nicht genannt',
  gpu: 'WebGPU auf dem Grafikprozessor',
  software: 'WebGPU auf dem Prozessor (Software-Adapter): richtige Zahlen, langsam',
  kernels: 'Kernel',
  gradients: 'Gradienten',
  gradientsYes: 'ja: Methoden, die sie brauchen, laufen hier',
  gradientsNo: 'keine für dieses Modell auf diesem Gerät',
  model: 'Modell',
  weights: 'Gewichte, SHA-256',
  store: 'Gewichte kamen',
  network: (size) => `über das Netz, ${size}`,
  kept: 'aus dem Speicher dieses Browsers',
  last: 'letzter Lauf',
  speed: (tokens, seconds, rate) => `${tokens} Token in ${seconds} s geschrieben, ${rate} pro Sekunde`,
  noRun: 'noch keiner',
  context: 'längster Text',
  contextLong: (n) => `${n} Token, Prompt und Fortsetzung zusammen: spätere Positionen hat das Modell nicht gelernt`,
  newTokens: 'längster Lauf',
  newTokensLong: (n) => `${n} neue Token, damit ein Lauf endet, solange noch jemand zusieht`,
  file: 'größter Trace',
  fileLong: (size) => `${size} nach dem Entpacken, damit ihn eine Seite im Browser fassen kann`,
  state: 'Stand',
  phase: {
    idle: 'Das Modell wurde noch nicht angefordert. Aufgezeichnete Läufe gehen in vollem Umfang.',
    waiting: 'Das Modell wartet, weil der Browser Daten spart. Aufgezeichnete Läufe gehen in vollem Umfang.',
    loading: 'Das Modell ist unterwegs. Aufgezeichnete Läufe gehen so lange in vollem Umfang.',
  },
};
