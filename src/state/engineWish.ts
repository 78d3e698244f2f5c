/** What the visitor wants to compute with, and what was measured here; remembered where the browser lets us. */
import { ENGINE_CHOICES, type EngineChoice, type EngineSpeeds, type EngineWish, type LoadedInfo } from '../engine/worker/protocol';
import type { App } from './app';

const CHOICE_KEY = 'moe-playground.engine';
const SPEEDS_KEY = 'moe-playground.engineSpeeds';
/** Adapters and weights that are remembered; the oldest one goes first. */
const MOST_REMEMBERED = 8;

function stored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function store(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Storage is absent in embeds and private windows; what it would hold then lasts as long as the page.
  }
}

export function rememberedEngine(): EngineChoice {
  const text = stored(CHOICE_KEY);
  return ENGINE_CHOICES.find((choice) => choice === text) ?? 'auto';
}

function isSpeed(value: unknown): value is number {
  return typeof value === 'number' && value > 0;
}

/** Measurements as they were stored; what is not one is left out. */
export function readSpeeds(text: string | null): Record<string, EngineSpeeds> {
  const speeds: Record<string, EngineSpeeds> = {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(text ?? '{}');
  } catch {
    return speeds;
  }
  if (typeof parsed !== 'object' || parsed === null) return speeds;
  for (const [key, value] of Object.entries(parsed)) {
    if (typeof value !== 'object' || value === null) continue;
    const webgpu: unknown = Reflect.get(value, 'webgpu');
    const onnx: unknown = Reflect.get(value, 'onnx');
    if (isSpeed(webgpu) && isSpeed(onnx)) speeds[key] = { webgpu, onnx };
  }
  return speeds;
}

/** What the next worker is told. */
export function engineWish(app: App): EngineWish {
  return { choice: app.store.getState().view.engine, measured: readSpeeds(stored(SPEEDS_KEY)) };
}

export function rememberEngine(choice: EngineChoice): void {
  store(CHOICE_KEY, choice);
}

/** Keeps a measurement for the next visit. */
export function rememberSpeeds({ reason }: LoadedInfo): void {
  if (reason.kind !== 'measured') return;
  const { [reason.key]: _, ...others } = readSpeeds(stored(SPEEDS_KEY));
  const entries = [...Object.entries(others), [reason.key, reason.speeds] as const].slice(-MOST_REMEMBERED);
  store(SPEEDS_KEY, JSON.stringify(Object.fromEntries(entries)));
}
