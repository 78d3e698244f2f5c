import { createRoot } from 'react-dom/client';
void createRoot;
import { GpuContext } from '../engine/webgpu/context';
import { chooseForm } from '../engine/webgpu/tune';
import { loadCheckpoint } from '../model/load';
import { contendersOf } from './environment';
import { RUNNERS } from './run';
const none = { get: async () => undefined, put: async () => '' , keepOnly: async () => undefined};
(globalThis as any).runBench = async (only: string[], quick: boolean, rounds: number, names?: any) => {
  const context = await GpuContext.acquire(navigator.gpu);
  const { checkpoint } = await loadCheckpoint({ fetcher: fetch.bind(globalThis) as never, modelsUrl: new URL('models/', document.baseURI).href, cache: none as never }, 'moe');
  const { form } = await chooseForm(context, checkpoint.config);
  const env = { context, form, checkpoint, quick, pace: { rounds, fewest: 3, budgetMs: 8000 }, contenders: contendersOf({ context, form }, names) };
  const out: any = {};
  for (const name of only) out[name] = await (RUNNERS as any)[name](env, (f: number, l: string) => console.log(name, f.toFixed(2), l));
  return out;
};
