/** Why an engine runs, in words. */
import type { EngineReason, EngineSpeeds } from '../engine/worker/protocol';
import { fixed, localised } from '../base/numerals';
import { strings } from './strings';

/** How much faster the engine that runs was measured to be, with at most two digits; undefined where that says nothing. */
export function timesFaster({ webgpu, onnx }: EngineSpeeds): string | undefined {
  const ratio = Math.max(webgpu, onnx) / Math.min(webgpu, onnx);
  return ratio < 1.05 ? undefined : localised(ratio.toFixed(ratio < 9.95 ? 1 : 0).replace(/\.0$/, ''));
}

/** Why this engine runs, in a few words for the badge; empty where the adapter's name says it. */
export function shortReason(reason: EngineReason): string {
  const text = strings.engine.short;
  switch (reason.kind) {
    case 'asked':
      return text.asked;
    case 'usual':
      return '';
    case 'no-webgpu':
      return text.noWebgpu;
    case 'lost':
      return text.lost;
    case 'measured': {
      const times = timesFaster(reason.speeds);
      return times === undefined ? text.alike : text.faster(times);
    }
  }
}

/** The same as a sentence. */
export function longReason(reason: EngineReason): string {
  const text = strings.engine.long;
  switch (reason.kind) {
    case 'asked':
      return text.asked;
    case 'usual':
      return text.usual;
    case 'no-webgpu':
      return text.noWebgpu;
    case 'lost':
      return text.lost;
    case 'measured':
      return text.measured(fixed(reason.speeds.webgpu, 1), fixed(reason.speeds.onnx, 1));
  }
}
