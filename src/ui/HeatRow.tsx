import { memo } from 'react';
import { focusLayer } from '../state/focus';
import type { LayerView } from '../state/layerView';
import { strings } from '../state/strings';
import { formatShare, inUnit } from '../viz/format';
import { figureTurns, magnitudeColour, slotLetter } from '../viz/scale';
import { cellSentence } from './cellSentence';
import { useApp, useAppState } from './context';
import type { HeatCell } from './Heatmap';

interface Props {
  readonly view: LayerView;
  readonly inFocus: boolean;
  /** The cell of this row that the Tab key reaches. */
  readonly cursor: number | undefined;
  readonly figures: boolean;
  readonly onPoint: (cell: HeatCell | undefined) => void;
}

/** Class names of one cell: its state never rests on colour alone. */
export function cellClasses(view: LayerView, expert: number, inFocus: boolean): string {
  const rank = view.chosen.indexOf(expert);
  const p = view.gate[expert] ?? Number.NaN;
  const classes = ['cell'];
  if (inFocus) classes.push('row-on');
  if (view.masked[expert]) classes.push('off');
  else if (!Number.isFinite(p)) classes.push('unknown');
  else {
    const turns = figureTurns(p);
    if (turns.light) classes.push('turn-l');
    if (turns.dark) classes.push('turn-d');
  }
  if (rank === 0) classes.push('k1');
  if (rank > 0) classes.push('k2');
  const letter = slotLetter(rank);
  if (inFocus && letter !== '') classes.push('slot', `slot-${letter}`, ...(rank > 0 ? ['dash'] : []));
  return classes.join(' ');
}

/** One layer: its name, its experts in id order, and how undecided its router was. */
export const HeatRow = memo(function HeatRow({ view, inFocus, cursor, figures, onPoint }: Props) {
  const app = useApp();
  const unit = useAppState((state) => state.view.unit);
  const entropy = view.entropy === undefined ? '\u2013' : inUnit(view.entropy, unit).toFixed(1);
  const on = inFocus ? ' row-on' : '';
  return (
    <div role="row" aria-rowindex={view.row + 2} aria-selected={inFocus}>
      <span className={`rl${on}`} role="rowheader" onClick={() => focusLayer(app, view.row)}>
        {strings.heat.layer(view.layer)}
      </span>
      {Array.from({ length: view.experts }, (_, expert) => {
        const p = view.gate[expert] ?? Number.NaN;
        const plain = view.masked[expert] || !Number.isFinite(p);
        const chosen = view.chosen.includes(expert);
        return (
          <span
            key={expert}
            role="gridcell"
            className={cellClasses(view, expert, inFocus)}
            tabIndex={expert === cursor ? 0 : -1}
            data-cell={`${view.row}.${expert}`}
            aria-label={cellSentence(view, expert)}
            onPointerEnter={() => onPoint({ row: view.row, expert })}
            onFocus={() => onPoint({ row: view.row, expert })}
            onClick={() => focusLayer(app, view.row, expert)}
          >
            <i style={plain ? undefined : { backgroundColor: magnitudeColour(p) }}>{figures && chosen && Number.isFinite(p) ? formatShare(p) : ''}</i>
          </span>
        );
      })}
      <span className={`rg${on}`} role="gridcell" aria-label={strings.heat.rowEntropy(entropy, unit)}>
        {entropy}
      </span>
    </div>
  );
});
