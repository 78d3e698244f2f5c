import { useMemo, useState, type CSSProperties } from 'react';
import { fixed } from '../../base/numerals';
import { randomChoices } from '../../analysis/chance';
import { activationRate, choicesByLayer, type Choices } from '../../analysis/choices';
import { cachePerLayer, type CachePolicy, type LayerCaches } from '../../analysis/expert-cache';
import { consistency, consistencyByLayer, normalisedSrp, randomSrp, type LayerConsistency } from '../../analysis/local-consistency';
import { focusLayer } from '../../state/focus';
import { strings } from '../../state/strings';
import type { Trace } from '../../trace/trace';
import { formatCount, formatShare } from '../../viz/format';
import { HitRateChart } from '../charts/HitRateChart';
import { useApp, useAppState } from '../context';
import { Panel } from '../Panel';
import { useRoom } from '../useRoom';
import { useSize } from '../useSize';
import { useCurrentTrace } from './headlines';
import { cacheSizes, POLICIES, useHitRates } from './hitRates';

const SEGMENTS = [4, 16, 64, 256] as const;
const CONTROL_SEED = 1;

export interface CacheSettings {
  readonly policy: CachePolicy;
  /** C, experts per layer. */
  readonly size: number;
  /** m, tokens. */
  readonly segment: number;
}

/** What a cache that holds some experts of each layer would hit: is offloading the others worth it on this text? */
export default function CacheDock() {
  const trace = useCurrentTrace();
  if (trace === undefined || trace.model.experts === 0 || trace.tokens.ids.length === 0) return <p className="nothing">{strings.heat.dense}</p>;
  return <Columns trace={trace} />;
}

/** The longest offered segment that the text holds, at most the usual 16. */
function usualSegment(tokens: number): number {
  return tokens >= 16 ? 16 : 4;
}

function Columns({ trace }: { readonly trace: Trace }) {
  const { experts, topK } = trace.model;
  const tokens = trace.tokens.ids.length;
  const [settings, setSettings] = useState<CacheSettings>({ policy: 'lru', size: Math.min(experts, 2 * topK), segment: usualSegment(tokens) });
  const size = Math.min(settings.size, experts);
  const { policy, segment } = settings;
  const layers = useMemo(() => choicesByLayer(trace), [trace]);
  const caches = useMemo(() => cachePerLayer(layers, { policy, size, segment }), [layers, policy, size, segment]);
  const local = useMemo(() => (segment > tokens ? undefined : consistencyByLayer(layers, segment)), [layers, segment, tokens]);
  return (
    <div className="dock-cols">
      <CachePanel trace={trace} layers={layers} settings={{ policy, size, segment }} onSettings={setSettings} />
      <CacheLayers trace={trace} caches={caches} local={local} segment={segment} />
      <CacheNumbers trace={trace} layers={layers} caches={caches} settings={{ policy, size, segment }} />
    </div>
  );
}

function CachePanel({ trace, layers, settings, onSettings }: { readonly trace: Trace; readonly layers: readonly Choices[]; readonly settings: CacheSettings; readonly onSettings: (settings: CacheSettings) => void }) {
  const text = strings.dock.cache;
  const { experts } = trace.model;
  const { ref, width } = useSize<HTMLDivElement>();
  const room = useRoom('cache', 40);
  const { policy, size, segment } = settings;
  const sizes = useMemo(() => cacheSizes(experts, size), [experts, size]);
  const rates = useHitRates(layers, POLICIES, sizes, segment);
  const curves = POLICIES.map((id) => ({ id, name: text.policies[id], points: rates.filter((rate) => rate.policy === id) }));
  const marked = rates.find((rate) => rate.policy === policy && rate.size === size);
  const choices = layers.reduce((sum, layer) => sum + layer.ids.length, 0);
  return (
    <Panel
      id="cache"
      className="p-cache"
      title={text.title}
      formula={text.formula}
      n={text.choices(formatCount(choices))}
      table={() => ({ columns: [{ name: text.size }, ...POLICIES.map((id) => ({ name: text.policies[id], decimals: 4 }))], rows: sizes.map((at) => [at, ...POLICIES.map((id) => rates.find((rate) => rate.policy === id && rate.size === at)?.rate)]) })}
    >
      <div className="dock-line" data-chrome="">
        <label className="set">
          <span className="k">{text.size}</span>
          <input type="range" min={1} max={experts} step={1} value={size} style={{ '--p': `${(100 * (size - 1)) / Math.max(1, experts - 1)}%` } as CSSProperties} aria-valuetext={text.sizeSpoken(size, experts)} onChange={(event) => onSettings({ ...settings, size: Number(event.target.value) })} />
          <span className="v">{text.of(size, experts)}</span>
        </label>
        <label className="set">
          <span className="k">{text.policy}</span>
          <select className="dock-pick" value={policy} onChange={(event) => onSettings({ ...settings, policy: POLICIES.find((name) => name === event.target.value) ?? 'lru' })}>
            {POLICIES.map((id) => (
              <option key={id} value={id}>
                {text.policies[id]}
              </option>
            ))}
          </select>
        </label>
        <label className="set">
          <span className="k">{text.segment}</span>
          <select className="dock-pick" value={segment} onChange={(event) => onSettings({ ...settings, segment: Number(event.target.value) })}>
            {SEGMENTS.map((m) => (
              <option key={m} value={m}>
                {m}
              </option>
            ))}
          </select>
        </label>
      </div>
      <div ref={ref}>
        {width > 0 && (
          <HitRateChart curves={curves} chosen={policy} size={size} experts={experts} width={width} height={room} axis={text.axis} label={marked === undefined ? text.title : text.spoken(text.policies[policy], size, formatShare(marked.rate))} />
        )}
      </div>
    </Panel>
  );
}

function CacheLayers({ trace, caches, local, segment }: { readonly trace: Trace; readonly caches: LayerCaches; readonly local: readonly LayerConsistency[] | undefined; readonly segment: number }) {
  const app = useApp();
  const text = strings.dock.cache;
  const row = useAppState((state) => state.focus.row);
  const n = strings.dock.n.tokens(trace.tokens.ids.length);
  const rows = caches.layers.map((cache, r) => ({ layer: trace.model.moeLayers[r] ?? r, cache, local: local?.[r] }));
  return (
    <Panel
      id="cache-layers"
      title={text.layers}
      formula={local === undefined ? text.short(segment) : text.layersFormula(segment)}
      n={n}
      table={() => ({
        columns: [{ name: strings.dock.columns.layer }, { name: text.hitRate, decimals: 4 }, { name: text.hits }, { name: text.firstTouches }, { name: strings.dock.load.count }, { name: text.srp(segment), decimals: 6 }, { name: text.normalised, decimals: 4 }, { name: text.rho, decimals: 4 }],
        rows: rows.map(({ layer, cache, local: found }) => [layer, cache.hitRate, cache.hits, cache.firstTouches, cache.n, found?.srp, found?.normalised, found?.rho]),
      })}
    >
      <table className="list-table">
        <thead>
          <tr>
            <th scope="col">{strings.dock.columns.layer}</th>
            <th scope="col">{text.hitRate}</th>
            <th scope="col" className="num">
              {text.missesShort}
            </th>
            <th scope="col" className="num">
              {text.srpShort}
            </th>
            <th scope="col" className="num">
              {text.normalisedShort}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ layer, cache, local: found }, r) => (
            <tr key={layer} className={r === row ? 'on' : undefined} data-row={r}>
              <th scope="row">
                <button type="button" className="plain" aria-pressed={r === row} onClick={() => focusLayer(app, r)}>
                  {strings.heat.layer(layer)}
                </button>
              </th>
              <td>
                <span className="meter">
                  <i style={{ width: `${100 * (Number.isFinite(cache.hitRate) ? cache.hitRate : 0)}%` }} />
                </span>
                {formatShare(cache.hitRate, 3)}
              </td>
              <td className="num">{fixed((cache.n - cache.hits) / Math.max(1, trace.tokens.ids.length), 2)}</td>
              <td className="num">{found === undefined ? '\u2013' : formatShare(found.srp, 3)}</td>
              <td className="num">{found === undefined ? '\u2013' : fixed(found.normalised, 2).replace('-', '\u2212')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

/** The same numbers for all layers together, and what chance would give. */
function CacheNumbers({ trace, layers, caches, settings }: { readonly trace: Trace; readonly layers: readonly Choices[]; readonly caches: LayerCaches; readonly settings: CacheSettings }) {
  const text = strings.dock.cache;
  const { policy, size, segment } = settings;
  const tokens = trace.tokens.ids.length;
  const { experts, topK } = trace.model;
  const values = useMemo(() => {
    const rate = activationRate(layers);
    const srp = segment > tokens ? Number.NaN : consistency(layers, segment).srp;
    const chance = [randomChoices({ tokens, experts, k: topK }, CONTROL_SEED)];
    return {
      sch: cachePerLayer(layers, { policy: 'sch', size, segment }).total.hitRate,
      random: cachePerLayer(chance, { policy, size, segment }).total.hitRate,
      srp,
      randomSrp: randomSrp(segment, rate),
      normalised: normalisedSrp(srp, segment, rate),
    };
  }, [layers, policy, size, segment, tokens, experts, topK]);
  const { total } = caches;
  const rows: readonly (readonly [name: string, definition: string, value: number, decimals: number])[] = [
    [text.hitRate, text.defined.hitRate(text.policies[policy], size), total.hitRate, 3],
    [text.random, text.defined.random, values.random, 3],
    [text.sch, text.defined.sch(size, segment), values.sch, 3],
    [text.firstTouches, text.defined.firstTouches, total.firstTouches, 0],
    [text.misses, text.defined.misses, (total.n - total.hits) / Math.max(1, tokens), 2],
    [text.srpShort, text.defined.srp(segment), values.srp, 3],
    [text.srpRandom, text.defined.srpRandom, values.randomSrp, 3],
    [text.normalised, text.defined.normalised, values.normalised, 2],
  ];
  return (
    <Panel
      id="cache-numbers"
      title={text.all}
      formula={text.allFormula}
      n={text.choices(formatCount(total.n))}
      head={null}
      table={() => ({ columns: [{ name: strings.dock.load.measure }, { name: strings.dock.load.definition }, { name: strings.dock.load.value, decimals: 6 }], rows: rows.map(([name, definition, value]) => [name, definition, value]) })}
    >
      <dl className="measures">
        {rows.map(([name, definition, value, decimals]) => (
          <div key={name}>
            <dt>
              {name} <span className="ax">{definition}</span>
            </dt>
            <dd className="num" data-measure={name}>
              {Number.isFinite(value) ? fixed(value, decimals).replace('-', '\u2212') : '\u2013'}
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
