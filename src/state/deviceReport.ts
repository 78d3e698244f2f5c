/** The device report: what computes, on what, how fast, and each limit with its reason, as names and values. */
import { fixed } from '../base/numerals';
import type { DeviceMemory } from '../engine/engine';
import type { LoadedInfo } from '../engine/worker/protocol';
import { MAX_FILE_BYTES } from '../trace/file';
import { longReason } from './engineReason';
import { SETTINGS } from './settings';
import type { RunState, Session } from './state';
import { strings } from './strings';

export type Fact = readonly [name: string, value: string];

/** @param bytes how a size is written */
export function deviceReport(session: Session, last: RunState['last'], bytes: (size: number) => string): readonly Fact[] {
  const text = strings.device;
  return [
    ...stateFacts(session, last, bytes),
    ...(session.phase === 'ready' ? [[text.context, text.contextLong(session.model.config.context)] as const] : []),
    [text.newTokens, text.newTokensLong(SETTINGS.maxNewTokens.max)],
    [text.file, text.fileLong(bytes(MAX_FILE_BYTES))],
  ];
}

/** What the engine holds on its device. */
export function memoryFacts({ bytes: held, buffers, errors }: DeviceMemory, bytes: (size: number) => string): readonly Fact[] {
  const text = strings.device;
  return [[text.memory, text.memoryLong(bytes(held), buffers)], ...(errors.length === 0 ? [] : [[text.faults, errors.join(' ')] as const])];
}

function stateFacts(session: Session, last: RunState['last'], bytes: (size: number) => string): readonly Fact[] {
  const text = strings.device;
  switch (session.phase) {
    case 'ready':
      return loadedFacts(session.model, last, bytes);
    case 'failed':
      return [[text.state, session.failure.message], ...session.failure.details.map((detail): Fact => ['', detail]), ['', strings.notice.replayStays]];
    case 'idle':
    case 'waiting':
    case 'loading':
      return [[text.state, text.phase[session.phase]]];
  }
}

function loadedFacts({ engine, reason, name, sha256, gradients, downloadedBytes, cacheNote }: LoadedInfo, last: RunState['last'], bytes: (size: number) => string): readonly Fact[] {
  const text = strings.device;
  const onnx = engine.backend === 'onnx';
  return [
    [text.computes, onnx ? strings.engine.onProcessor : engine.software ? text.software : text.gpu],
    [strings.engine.why, longReason(reason)],
    [onnx ? strings.engine.runtime : text.adapter, engine.adapter === '' ? text.adapterUnknown : engine.adapter],
    ...(engine.forms === '' ? [] : [[text.kernels, engine.forms] as const]),
    [text.gradients, gradients ? (onnx ? strings.engine.gradients : text.gradientsYes) : text.gradientsNo],
    [text.model, name],
    [text.weights, sha256],
    [text.store, `${downloadedBytes > 0 ? text.network(bytes(downloadedBytes)) : text.kept}${cacheNote === '' ? '' : `. ${cacheNote}`}`],
    [text.last, last === undefined ? text.noRun : speed(last)],
    ...(last?.counters === undefined || last.counters.submits === 0 ? [] : [[text.work, text.counted(last.counters.dispatches, last.counters.submits, last.counters.readbacks, bytes(last.counters.bytesRead))] as const]),
  ];
}

function speed({ tokens, latencyMs }: NonNullable<RunState['last']>): string {
  const seconds = latencyMs / 1000;
  return strings.device.speed(tokens, fixed(seconds, 1), fixed(tokens / Math.max(seconds, 1e-3), 0));
}
