/** A session on a small random model: a letter is a token, references are measured by the model itself. */
import { uniformAt } from '../../../base/pcg';
import { accessOf, type ModelAccess } from '../../../engine/access';
import { createReferenceEngine } from '../../../engine/reference/engine';
import { TINY_MOE, tinyCheckpoint } from '../../../engine/testing/tiny-model';
import type { ModelConfig } from '../../../model/config';
import type { BenchmarkItem, Reference } from '../item';
import { measureReference } from '../question';
import { C3poSession } from '../session';
import { defaultSettings, type C3poSettings } from '../settings';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** Some letters that depend on the seed alone. */
function letters(seed: number, count: number): string {
  return Array.from({ length: count }, (_, i) => LETTERS[Math.floor(uniformAt(seed, i) * LETTERS.length)] ?? 'a').join('');
}

/** Question number n: 5 to 8 letters, four options of one letter each. */
export function tinyItem(n: number): BenchmarkItem {
  const options = ['0', '1', '2', '3'];
  return { id: `q${n}`, family: 'letters', prompt: letters(n, 5 + (n % 4)), options, answer: options[Math.floor(uniformAt(77, n) * 4)] ?? '0' };
}

export async function tinyAccess(overrides: Partial<ModelConfig> = {}): Promise<ModelAccess> {
  const model = await createReferenceEngine().load(tinyCheckpoint({ layers: 3, vocabulary: 128, feedForward: TINY_MOE, ...overrides }, 5));
  return accessOf(model, {
    encode: (text) => Array.from(text, (letter) => letter.charCodeAt(0)),
    decode: (ids) => String.fromCharCode(...ids),
    tokenText: (id) => String.fromCharCode(id),
    idOf: (text) => text.charCodeAt(0),
  });
}

/** A session with questions 0 to `count - 1` as references. */
export async function tinySession(count: number): Promise<C3poSession> {
  const access = await tinyAccess();
  const references: Reference[] = [];
  for (let n = 0; n < count; n++) references.push(await measureReference(access, tinyItem(n)));
  return new C3poSession(access, { layers: 3, experts: 8, width: 32, references });
}

/** The defaults of the tiny model, with changes. */
export function tinySettings(session: C3poSession, changes: Partial<C3poSettings>): C3poSettings {
  return { ...defaultSettings(session.shape), layers: [1, 2], core: 8, duplicate: 1, ...changes };
}
