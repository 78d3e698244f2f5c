import { useMemo, useState } from 'react';
import { focusLayer } from '../../state/focus';
import { comparisonSentence } from '../../state/comparisonSentence';
import { pairLabels } from '../../state/comparisonLabels';
import { strings } from '../../state/strings';
import { formatShare } from '../../viz/format';
import { useApp, useAppState } from '../context';
import { Panel } from '../Panel';
import { useSize } from '../useSize';
import { ChooseOther } from './ChooseOther';
import { CompareHead } from './CompareHead';
import { CompareCanvas, MOST_ELEMENTS } from './CompareCanvas';
import { CompareHeat, type HeatLine } from './CompareHeat';
import { CompareNext } from './CompareNext';
import { CompareStrip } from './CompareStrip';
import { DistanceChart } from './DistanceChart';
import { distanceTable, heatTable } from './tables';
import { useComparison, type Comparison } from './useComparison';

/** Two prompts, two traces or two settings, difference first. */
export default function CompareDock() {
  const comparison = useComparison();
  const [choosing, setChoosing] = useState(false);
  if (comparison === undefined) {
    return (
      <div className="p-compare">
        <ChooseOther />
      </div>
    );
  }
  return (
    <div className="p-compare on">
      <CompareHead pair={comparison.pair} choosing={choosing} onChoose={setChoosing} />
      {choosing ? <ChooseOther onDone={() => setChoosing(false)} /> : <Compared comparison={comparison} />}
    </div>
  );
}

function Compared({ comparison }: { readonly comparison: Comparison }) {
  const { pair, texts, here } = comparison;
  const { a, b } = texts;
  const labels = pairLabels(pair);
  return (
    <>
      <CompareStrip comparison={comparison} />
      {texts.shares === undefined ? (
        <div className="cmp plain">
          <p className="panel csay">{strings.compare.shape(shapeWords(a.model.moeLayers.length, a.model.experts), shapeWords(b.model.moeLayers.length, b.model.experts))}</p>
          <CompareNext comparison={comparison} />
        </div>
      ) : (
        <div className="cmp">
          <HeatFigure comparison={comparison} side="a" about={labels.a} />
          <HeatFigure comparison={comparison} side="b" about={labels.b} />
          <HeatFigure comparison={comparison} side="difference" about="" />
          <div className="panel csay">
            <p aria-live="polite">{comparisonSentence(pair, texts, here)}</p>
            <Keys />
          </div>
          <Distances comparison={comparison} />
          <CompareNext comparison={comparison} />
        </div>
      )}
    </>
  );
}

function shapeWords(layers: number, experts: number): string {
  return experts === 0 ? strings.model.denseShape(layers) : strings.compare.shapeOf(layers, experts);
}

function linesOf({ here }: Comparison, side: 'a' | 'b' | 'difference'): HeatLine[] {
  return here.layers.map(({ layer, a, b, chosenA, chosenB, offA, offB }) => {
    if (side === 'a') return { layer, values: a, chosen: chosenA, off: offA };
    if (side === 'b') return { layer, values: b, chosen: chosenB, off: offB };
    return { layer, values: b.map((value, e) => value - (a[e] ?? 0)), chosen: [], off: [] };
  });
}

function HeatFigure({ comparison, side, about }: { readonly comparison: Comparison; readonly side: 'a' | 'b' | 'difference'; readonly about: string }) {
  const app = useApp();
  const { ref, width } = useSize<HTMLDivElement>();
  const row = useAppState((state) => state.focus.row);
  const { here } = comparison;
  const text = strings.compare;
  const lines = useMemo(() => linesOf(comparison, side), [comparison, side]);
  const many = lines.length * (lines[0]?.values.length ?? 0) > MOST_ELEMENTS;
  const token = side === 'a' ? here.tokenA : here.tokenB;
  const formula = side === 'difference' ? text.heat.change[here.basis] : text.heat[here.basis](token + 1);
  const title = text[side];
  return (
    <Panel id={`compare-${side}`} title={title} formula={formula} n="" head={<span className="ax">{about === '' ? formula : `${about}, ${formula}`}</span>} table={lines.length === 0 ? undefined : () => heatTable(here)}>
      <div ref={ref}>
        {lines.length === 0 ? (
          <p className="nothing">{text.heat.gone}</p>
        ) : (
          width > 0 && (
            <div className="cheat-box">
              <CompareHeat lines={lines} width={width} signed={side === 'difference'} row={row} label={text.heat.spoken(title, spokenLines(lines))} cells={!many} onRow={(r) => focusLayer(app, r)} />
              {many && <CompareCanvas lines={lines} width={width} signed={side === 'difference'} />}
            </div>
          )
        )}
      </div>
    </Panel>
  );
}

/** Largest value of each layer, in words. */
function spokenLines(lines: readonly HeatLine[]): string {
  return lines
    .map(({ layer, values }) => {
      const list = Array.from(values, Math.abs);
      const most = Math.max(...list);
      return strings.compare.heat.spokenLayer(layer, list.indexOf(most), formatShare(most));
    })
    .join(' ');
}

function Distances({ comparison: { here } }: { readonly comparison: Comparison }) {
  const app = useApp();
  const row = useAppState((state) => state.focus.row);
  const { ref, width } = useSize<HTMLDivElement>();
  const text = strings.compare.distance;
  return (
    <Panel id="compare-distance" title={text.title} formula={text.formula} n="" table={here.layers.length === 0 ? undefined : () => distanceTable(here)}>
      <div ref={ref}>{here.layers.length === 0 ? <p className="nothing">{strings.compare.heat.gone}</p> : width > 0 && <DistanceChart rows={here.layers} width={width} height={176} row={row} onRow={(r) => focusLayer(app, r)} />}</div>
    </Panel>
  );
}

function Keys() {
  const text = strings.compare.heat;
  return (
    <div className="keys" aria-hidden="true">
      <span>
        <i className="down" />
        {text.less}
      </span>
      <span>
        <i className="up" />
        {text.more}
      </span>
      <span>
        <i className="hatch" />
        {text.off}
      </span>
    </div>
  );
}
