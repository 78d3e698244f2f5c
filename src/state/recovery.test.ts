import { expect, it } from 'vitest';
import { PlaygroundError } from '../base/errors';
import { TraceRecorder } from '../engine/record';
import type { EngineClient } from '../engine/worker/client';
import type { LoadedInfo } from '../engine/worker/protocol';
import type { RecoveryEvent } from '../engine/worker/recovering-client';
import type { TraceModel } from '../trace/trace';
import { createApp } from './app';
import { notify } from './notices';
import { followRecovery } from './recovery';

const lost: RecoveryEvent = { kind: 'lost', error: new PlaygroundError('device-lost', 'The GPU went away (crashed).') };
const died: RecoveryEvent = { kind: 'lost', error: new PlaygroundError('engine-died', 'The engine stopped unexpectedly.') };
const model = { name: 'moe' } as LoadedInfo;
const onProcessor = { name: 'moe', engine: { backend: 'onnx' } } as LoadedInfo;

function open() {
  const app = createApp({ client: {} as EngineClient, modelsUrl: '', tracesUrl: '', model: 'moe', exporter: 'test@0' }, { session: { phase: 'ready', model } });
  let tell: (event: RecoveryEvent) => void = () => undefined;
  followRecovery(app, { follow: (listener) => void (tell = listener) });
  const said = () => app.store.getState().notices.map(({ tone, message, details, action }) => [tone, message.split(/[.,]/)[0], details, action]);
  return { app, tell: (event: RecoveryEvent) => tell(event), said };
}

it('tells a loss quietly, and replaces the line by how it ended', () => {
  const { app, tell, said } = open();
  tell(lost);
  expect(said()).toEqual([['note', 'The GPU was lost', ['The GPU went away (crashed).'], 'none']]);
  tell({ kind: 'recovered', model, switched: false });
  expect(said()).toEqual([['note', 'The GPU was lost and the engine was started again', [], 'none']]);
  expect(app.store.getState().session).toEqual({ phase: 'ready', model });
  expect(app.store.getState().view.announcement).toContain('nothing was lost');
  tell(died);
  tell({ kind: 'recovered', model, switched: false });
  expect(said()).toEqual([['note', 'The engine stopped unexpectedly and was started again', [], 'none']]);
});

it('says that the processor computes, and offers the GPU', () => {
  const { app, tell, said } = open();
  tell(lost);
  tell({ kind: 'recovered', model: onProcessor, switched: true });
  expect(said()).toEqual([['note', 'The GPU was lost again', [], 'try-gpu']]);
  expect(app.store.getState().session).toEqual({ phase: 'ready', model: onProcessor });
});

it('says that it was given up, with the reason and a way to start again', () => {
  const { app, tell, said } = open();
  notify(app, { tone: 'note', message: 'Something else.' });
  tell(lost);
  tell({ kind: 'failed', error: new PlaygroundError('device-lost', 'The GPU went away (again).') });
  expect(said()).toEqual([
    ['note', 'Something else', [], 'none'],
    ['error', 'The GPU went away (again)', ['It was tried several times, and then given up. What was written so far is kept.'], 'restart-engine'],
  ]);
  expect(app.store.getState().session.phase).toBe('failed');
});

it('names both engines in the trace of a run that was moved to the processor', () => {
  const recorder = new TraceRecorder({ title: '', created: '', exporter: '', model: { topK: 2 } as TraceModel, run: { promptTokens: 1, backend: 'webgpu (SwiftShader)' }, special: [] });
  recorder.goOnWith('onnx (1.30)');
  expect(recorder.snapshot().run).toEqual({ promptTokens: 1, backend: 'webgpu (SwiftShader), then onnx (1.30)' });
});
