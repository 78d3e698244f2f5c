import { Fragment } from 'react';
import { fixed, typedNumber } from '../../base/numerals';
import type { DataTable } from '../../base/table';
import { setKeep, setWeight, startMix } from '../../state/remix/mix';
import { mixed, mixRows, ranked, rowDistance, rowOf, type MixRow } from '../../state/remix/omega';
import { patchRemix } from '../../state/remix/slice';
import { MIX_SOURCES, type Mix } from '../../state/remix/state';
import type { RouterShape } from '../../state/remix/types';
import { strings } from '../../state/strings';
import { tickLabel } from '../../viz/axis';
import { formatShare } from '../../viz/format';
import { slotLetter } from '../../viz/scale';
import { useApp, useAppState } from '../context';
import { Panel } from '../Panel';
import { MixSlider } from './MixSlider';

const COLUMNS = 7;
/** Right end of the sliders while every weight is below it. */
const SHORT = 0.6;

/** Core experts of one layer as sliders, with the dashed line under those that run. */
export function MixPanel({ shape }: { readonly shape: RouterShape }) {
  const app = useApp();
  const mix = useAppState((state) => state.remix.mix);
  const layerAt = useAppState((state) => state.remix.layerAt);
  const text = strings.remix.mix;
  return (
    <Panel
      id="remix-mix"
      className="p-mix"
      title={text.title}
      formula={strings.dock.formula.mix}
      n=""
      head={
        mix === undefined ? null : (
          <span className="seg" role="group" aria-label={text.layer}>
            {mix.layers.map((layer, c) => (
              <button key={layer} type="button" aria-pressed={c === layerAt} onClick={() => patchRemix(app, { layerAt: c })}>
                {strings.heat.layer(layer)}
              </button>
            ))}
          </span>
        )
      }
      tools={mix !== undefined && <span className="ax hint">{text.hint}</span>}
      table={mix === undefined ? undefined : () => mixTable(mix, shape)}
    >
      {mix === undefined ? (
        <p className="nothing">{text.empty}</p>
      ) : (
        <>
          {mix.plan !== undefined && <p className="warn line">{text.lastOnly}</p>}
          <Sliders mix={mix} row={Math.min(layerAt, mix.layers.length - 1)} shape={shape} />
          <Presets mix={mix} />
        </>
      )}
    </Panel>
  );
}

function Sliders({ mix, row, shape }: { readonly mix: Mix; readonly row: number; readonly shape: RouterShape }) {
  const app = useApp();
  const text = strings.remix.mix;
  const { experts, topK } = shape;
  const after = rowOf(mixed(mix), row, experts);
  const router = rowOf(mix.router, row, experts);
  const core = mix.core[row] ?? [];
  const rows = mixRows(router, after, core, topK);
  const most = Math.max(...router, ...after) <= SHORT ? SHORT : 1;
  const layer = mix.layers[row] ?? row;
  const sum = after.reduce((total, value) => total + value, 0);
  const cutAt = rows.findIndex(({ rankAfter }) => rankAfter > topK);
  return (
    <>
      <table className="rtable mixtable">
        <thead>
          <tr>
            <td />
            <th scope="col">{text.columns.expert}</th>
            <td className="axis3" aria-hidden="true">
              <div>
                {(most === 1 ? [0, 0.5, 1] : [0, 0.2, 0.4, 0.6]).map((tick) => (
                  <span key={tick}>{tickLabel(tick)}</span>
                ))}
              </div>
            </td>
            <th scope="col" className="num">
              {text.columns.router}
            </th>
            <th scope="col" className="num">
              {text.columns.used}
            </th>
            <th scope="col" className="num">
              {text.columns.rank}
            </th>
            <td />
          </tr>
        </thead>
        <tbody>
          {rows.map((one, i) => (
            <Fragment key={one.expert}>
              {i === cutAt && <CutLine k={topK} />}
              <Row row={one} layer={layer} topK={topK} most={most} onWeight={(value) => setWeight(app, row, one.expert, value)} />
            </Fragment>
          ))}
          {cutAt < 0 && <CutLine k={topK} />}
        </tbody>
      </table>
      <div className="foot wrap-foot">
        <span>{text.core(core.length, experts, fixed(sum, 3))}</span>
        <span>
          {text.distance}
          <b className="b">{formatShare(rowDistance(router, after))}</b>
        </span>
      </div>
    </>
  );
}

function CutLine({ k }: { readonly k: number }) {
  return (
    <tr className="cutrow slim" data-cut={k}>
      <td colSpan={COLUMNS}>
        <div className="cutline">
          <span>{strings.remix.mix.cut(k)}</span>
        </div>
      </td>
    </tr>
  );
}

function Row({ row, layer, topK, most, onWeight }: { readonly row: MixRow; readonly layer: number; readonly topK: number; readonly most: number; readonly onWeight: (value: number) => void }) {
  const text = strings.remix.mix;
  const inside = row.rankAfter <= topK;
  const letter = inside ? slotLetter(row.rankAfter - 1) : '';
  return (
    <tr className={inside ? `slot-${letter === '' ? 'none' : letter}` : 'below'} data-expert={row.expert} data-rank={row.rankAfter}>
      <td className="s">{letter !== '' && <span className="sw">{letter}</span>}</td>
      <th scope="row" className={inside ? 'e b' : 'e'}>
        {strings.sentence.expert(row.expert)}
      </th>
      <td className="track">
        <MixSlider
          value={row.after}
          was={row.before}
          most={most}
          label={text.slider(layer, row.expert)}
          text={text.sliderText(formatShare(row.after, 3), row.rankAfter, inside)}
          onChange={onWeight}
        />
      </td>
      <td className="num q">{formatShare(row.before)}</td>
      <td className="num">
        <Exact value={row.after} expert={row.expert} onWeight={onWeight} />
      </td>
      <td className="num rank">
        {row.rankBefore === row.rankAfter ? (
          <span className="q">#{row.rankAfter}</span>
        ) : (
          <>
            #{row.rankBefore} {'\u2192'} <b className="b">#{row.rankAfter}</b>
          </>
        )}
      </td>
      <td className="cross">{row.crossing === undefined ? '' : text[row.crossing]}</td>
    </tr>
  );
}

/** The number itself, to be typed. */
function Exact({ value, expert, onWeight }: { readonly value: number; readonly expert: number; readonly onWeight: (value: number) => void }) {
  return (
    <input
      key={formatShare(value)}
      className="figure-input"
      type="text"
      inputMode="decimal"
      aria-label={strings.remix.mix.exact(expert)}
      defaultValue={formatShare(value)}
      onFocus={(event) => event.target.select()}
      onBlur={(event) => {
        const typed = typedNumber(event.target.value);
        if (event.target.value !== formatShare(value) && Number.isFinite(typed)) onWeight(typed);
        else event.target.value = formatShare(value);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
      }}
    />
  );
}

/** Where the mix comes from, and how much of the router is blended in. */
function Presets({ mix }: { readonly mix: Mix }) {
  const app = useApp();
  const hasMethod = useAppState((state) => state.remix.run.phase === 'done');
  const text = strings.remix.mix;
  return (
    <div className="rpresets">
      <span className="seg" role="group" aria-label={text.presets}>
        {MIX_SOURCES.map((source) => (
          <button
            key={source}
            type="button"
            aria-pressed={mix.source === source}
            title={text.presetHint[source]}
            disabled={(source === 'hand' && mix.source !== 'hand') || (source === 'method' && !hasMethod)}
            onClick={() => {
              if (source !== 'hand') startMix(app, source);
            }}
          >
            {text.preset[source]}
          </button>
        ))}
      </span>
      <label className="rfield keep" title={text.keepLong}>
        <span className="k">{text.keep}</span>
        <input type="range" aria-label={text.keepLong} min={0} max={1} step={0.05} value={mix.keep} style={{ ['--p' as string]: `${100 * mix.keep}%` }} onChange={(event) => setKeep(app, Number(event.target.value))} />
        <span className="v num">{formatShare(mix.keep)}</span>
      </label>
    </div>
  );
}

export function mixTable(mix: Mix, { experts, topK }: RouterShape): DataTable {
  const text = strings.remix;
  const [layer, expert, router, used, was, is, inside, core] = text.mix.tableColumns;
  const omega = mixed(mix);
  return {
    columns: [{ name: layer }, { name: expert }, { name: router, decimals: 4 }, { name: used, decimals: 4 }, { name: was }, { name: is }, { name: inside }, { name: core }],
    rows: mix.layers.flatMap((number, c) => {
      const [before, after] = [rowOf(mix.router, c, experts), rowOf(omega, c, experts)];
      const [orderWas, orderIs] = [ranked(before), ranked(after)];
      return Array.from({ length: experts }, (_, e) => {
        const rank = orderIs.indexOf(e) + 1;
        return [number, e, before[e], after[e], orderWas.indexOf(e) + 1, rank, rank <= topK ? text.neighbours.yes : text.neighbours.no, mix.core[c]?.includes(e) === true ? text.neighbours.yes : text.neighbours.no];
      });
    }),
  };
}
