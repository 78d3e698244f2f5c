/** Kernel times of the text on screen: the model runs it once more with every kernel timed, and the times leave as Chrome trace events. */
import { fixed } from '../base/numerals';
import { PlaygroundError } from '../base/errors';
import { chromeTrace, deviceTime } from '../engine/chrome-trace';
import type { KernelTimes } from '../engine/kernel-times';
import { ROUTER_AS_TRAINED } from '../routing/plan';
import type { Trace } from '../trace/trace';
import type { App } from './app';
import { saveFile } from './saveFile';
import { traceFileName } from './share';
import { onModel, type Outcome } from './steering/work';
import { strings } from './strings';
import { recordingFor } from './textRun';

export interface SavedTimes {
  readonly name: string;
  readonly times: KernelTimes;
}

/** Runs the trace's text as it was run, beside the run that the engine holds, and saves the file. */
export function saveKernelTimes(app: App): Promise<Outcome<SavedTimes>> {
  return onModel(app, async (_, __, signal) => {
    const { traces, session } = app.store.getState();
    const trace = traces.current?.trace;
    if (trace === undefined || session.phase !== 'ready') throw new PlaygroundError('bad-input', strings.steering.noText);
    const { model } = session;
    const { prompt, sampling, seed = 0, promptTokens, plan } = trace.run;
    if (trace.model.id !== model.name) throw new PlaygroundError('bad-input', strings.traces.kernels.otherModel(trace.model.id, model.name));
    if (prompt === undefined || prompt === '') throw new PlaygroundError('bad-input', strings.traces.kernels.noPrompt);
    const { reason, kernelTimes: times } = await app.services.client.run(
      {
        prompt,
        maxNewTokens: trace.tokens.ids.length - promptTokens,
        sampling: { ...(sampling ?? { temperature: 0, topK: 0, topP: 1 }), seed },
        plan: plan ?? ROUTER_AS_TRAINED,
        record: recordingFor(model),
        keep: false,
        profile: true,
      },
      { signal },
    );
    if (reason === 'cancelled') throw new PlaygroundError('cancelled', '');
    if (times === undefined) throw new PlaygroundError('bad-input', strings.traces.kernels.none);
    const { backend, adapter } = model.engine;
    const name = kernelFileName(trace);
    const events = chromeTrace(times, { model: model.name, backend: adapter === '' ? backend : `${backend} (${adapter})`, exporter: app.services.exporter });
    saveFile(name, new Blob([JSON.stringify(events)], { type: 'application/json' }));
    return { name, times };
  });
}

function kernelFileName(trace: Trace): string {
  return traceFileName(trace).replace('.moe-trace.json', '.kernels.json');
}

/** What was saved, in a sentence. */
export function timesSentence({ name, times }: SavedTimes): string {
  const kernels = times.submits.reduce((sum, submit) => sum + submit.kernels.length, 0);
  const us = deviceTime(times);
  const text = strings.traces.kernels;
  return us === undefined ? text.cpu(name, kernels, times.submits.length) : text.device(name, kernels, times.submits.length, fixed(us / 1000, 1));
}
