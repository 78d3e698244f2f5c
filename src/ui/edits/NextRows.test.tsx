import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import type { EngineClient } from '../../engine/worker/client';
import { createApp } from '../../state/app';
import { nextPair } from '../../state/nextPair';
import { sampledView } from '../../state/sampled';
import { smallTrace } from '../../trace/testing/small';
import type { Trace } from '../../trace/trace';
import { AppContext } from '../context';
import { NextRows } from './NextRows';

const unused = (): Promise<never> => Promise.reject(new Error('nothing is run here'));
const client: EngineClient = { load: unused, loadBeside: unused, run: unused, rerun: unused, access: () => { throw new Error('nothing is run here'); }, memory: unused, restart: () => undefined, dispose: () => undefined };
const app = createApp({ client, modelsUrl: '', tracesUrl: '', model: 'tiny', exporter: 'test@0' });

function traceWith(prob: readonly number[]): Trace {
  const logits = [...prob, ...prob].map(Math.log);
  return { ...smallTrace, tokens: { ...smallTrace.tokens, ids: Uint32Array.of(1, 2), names: new Map([[0, ' a'], [1, ' b'], [2, ' upon'], [3, '\n']]) }, output: { ...smallTrace.output, logits: Float32Array.from(logits), top: { count: 4, ids: Uint32Array.of(0, 1, 2, 3, 0, 1, 2, 3), prob: Float32Array.from([...prob, ...prob]) } } };
}

const now = traceWith([0.5, 0.25, 0.125, 0.125]);
const before = traceWith([0.125, 0.5, 0.25, 0.125]);

it.each([
  ['next-token', undefined],
  ['next-token-edited', before],
] as const)('draws %s', async (name, was) => {
  const pair = nextPair(now, was, 0, 3);
  const sampled = sampledView(now, 0, { temperature: 1, topK: 2, topP: 1 });
  if (pair === undefined || sampled === undefined) throw new Error('The trace lists candidates.');
  const html = renderToStaticMarkup(
    <AppContext.Provider value={app}>
      <NextRows pair={pair} sampled={sampled} topK={2} topP={1} token={0} />
    </AppContext.Provider>,
  );
  await expect(html.replaceAll('><', '>\n<')).toMatchFileSnapshot(`./__snapshots__/${name}.html`);
});
