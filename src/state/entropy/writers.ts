/** The two writers of a run: which models, under which rules, and how a trace names them. */
import type { BesideModel } from '../../engine/worker/client';
import { traceModel } from '../../engine/record';
import type { LoadedInfo } from '../../engine/worker/protocol';
import { oneModelPair, type Writer } from '../../methods/collaboration/writer';
import { ROUTER_AS_TRAINED } from '../../routing/plan';
import type { TraceModel } from '../../trace/trace';
import type { App } from '../app';
import { remixAccess } from '../remix/session';
import { openSecond } from './second';
import { ownSettings } from './settings';

export interface WriterPair {
  readonly small: Writer;
  readonly large: Writer;
  readonly models: readonly [TraceModel, TraceModel];
}

/** Both writers, once they are loaded; undefined where the small model could not be had or was not waited for. */
export async function writerPair(app: App, model: LoadedInfo): Promise<WriterPair | undefined> {
  const access = remixAccess(app);
  if (access === undefined) return undefined;
  const large = traceModel(model.name, model.sha256, model.config);
  if (ownSettings(app.store.getState().entropy).pair === 'one') {
    const pair = oneModelPair(model.name, access);
    return { ...pair, models: [{ ...large, id: pair.small.name, topK: 1 }, large] };
  }
  const second = await openSecond(app);
  return second === undefined ? undefined : pairOf(second, { name: model.name, access, plan: ROUTER_AS_TRAINED }, large);
}

function pairOf({ info, access }: BesideModel, large: Writer, largeModel: TraceModel): WriterPair {
  return { small: { name: info.name, access, plan: ROUTER_AS_TRAINED }, large, models: [traceModel(info.name, info.sha256, info.config), largeModel] };
}
