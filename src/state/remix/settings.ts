/** The method's settings as the page holds them: what differs from the defaults of the model, and numbers that are checked as they are typed. */
import { armSettings, C3PO_RANGES, defaultSettings, type C3poSettings, type Range, type RouterShape } from '../../methods/c3po/settings';
import type { TraceModel } from '../../trace/trace';
import type { App } from '../app';
import type { AppState, Session } from '../state';
import { strings } from '../strings';
import { poolSize } from './data';
import { patchRemix } from './slice';
import { TYPED, type RemixState, type TypedSetting } from './state';

/** Shape of the routers of a model that is loaded or whose trace is open. */
export function routerShape(session: Session, model: TraceModel | undefined): RouterShape | undefined {
  if (session.phase === 'ready') {
    const { feedForward, layers } = session.model.config;
    return feedForward.kind === 'moe' ? { layers, experts: feedForward.experts, topK: feedForward.topK } : undefined;
  }
  return model === undefined || model.experts === 0 ? undefined : { layers: model.moeLayers.length, experts: model.experts, topK: model.topK };
}

/** The same of the page as it stands. */
export function shapeNow({ session, traces }: Pick<AppState, 'session' | 'traces'>): RouterShape | undefined {
  return routerShape(session, traces.current?.trace.model);
}

/** What settings are while nothing is changed: the paper's, and for the variant of ours those that it is measured with. */
export function defaultsFor(method: C3poSettings['method'] | undefined, shape: RouterShape): C3poSettings {
  const settings = defaultSettings(shape);
  return method === 'ngdLogits' ? armSettings('ngdLogits', settings, shape) : settings;
}

/** The settings that a run would have now. Those of a link may be of another model: they are brought into the bounds of this one. */
export function settingsNow({ changes }: Pick<RemixState, 'changes'>, shape: RouterShape): C3poSettings {
  const settings = { ...defaultsFor(changes.method, shape), ...changes };
  return { ...settings, layers: settings.layers.filter((layer) => layer < shape.layers), core: Math.min(shape.experts, Math.max(shape.topK, settings.core)) };
}

/** Whether a method moves the last token's mix, so that its steps can be put onto the sliders. */
export function movesMix({ method, token }: C3poSettings): boolean {
  return method !== 'ngdLogits' && token.place === 'last' && token.count === 1;
}

/** A typed number in a sentence, where it cannot be used. */
export function typedFault(name: TypedSetting, text: string, shape: RouterShape): string | undefined {
  const faults = strings.remix.control.faults;
  const value = Number(text.trim().replace(',', '.').replace('\u2212', '-'));
  if (text.trim() === '' || !Number.isFinite(value)) return faults.number(text.trim());
  const range: Range = C3PO_RANGES[name];
  if (range.whole === true && !Number.isInteger(value)) return faults.whole(text.trim());
  const most = name === 'core' ? shape.experts : range.max;
  const least = name === 'core' ? shape.topK : range.min;
  return value < least || value > most ? faults.range(least, most) : undefined;
}

/** The sentence that stands at a number: of what is typed there, or of a value that the references cannot serve. */
export function settingFault(remix: Pick<RemixState, 'drafts' | 'changes' | 'data' | 'excluded'>, name: TypedSetting, shape: RouterShape): string | undefined {
  const draft = remix.drafts[name];
  if (draft !== undefined) return typedFault(name, draft, shape);
  if (name !== 'k' || remix.data.phase !== 'ready') return undefined;
  const { k, pool } = settingsNow(remix, shape);
  const n = poolSize(remix.data.store, pool, remix.excluded);
  return k > n ? strings.remix.control.faults.references(k, n) : undefined;
}

/** Every control with a fault. */
export function faultySettings(remix: RemixState, shape: RouterShape): readonly TypedSetting[] {
  return TYPED.filter((name) => settingFault(remix, name, shape) !== undefined);
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Sets one setting; at its default it is no change. */
export function setSetting<N extends keyof C3poSettings>(app: App, shape: RouterShape, name: N, value: C3poSettings[N]): void {
  const { changes, drafts } = app.store.getState().remix;
  const { [name]: _, ...rest } = changes;
  const { [name as TypedSetting]: _draft, ...others } = drafts;
  const known = name === 'method' ? defaultSettings(shape) : defaultsFor(changes.method, shape);
  patchRemix(app, { changes: same(value, known[name]) ? rest : { ...rest, [name]: value }, drafts: others });
}

/** A number as typed: it counts when it is valid, and stays in its field with a sentence when it is not. */
export function typeSetting(app: App, shape: RouterShape, name: TypedSetting, text: string): void {
  if (typedFault(name, text, shape) === undefined) setSetting(app, shape, name, Number(text.trim().replace(',', '.')));
  else patchRemix(app, { drafts: { ...app.store.getState().remix.drafts, [name]: text } });
}

/** Back to the paper's settings; the method itself stays. */
export function resetSettings(app: App): void {
  const { method } = app.store.getState().remix.changes;
  patchRemix(app, { changes: method === undefined ? {} : { method }, drafts: {}, excluded: [] });
}
