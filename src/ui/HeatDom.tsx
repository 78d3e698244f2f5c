import type { HeatView } from '../state/heatView';
import { strings } from '../state/strings';
import type { EntropyUnit } from '../viz/format';
import { labelEvery } from '../viz/heatSize';
import type { HeatCell } from './heatCell';
import { HeatRow } from './HeatRow';

export interface HeatBodyProps {
  readonly view: HeatView;
  readonly order: readonly number[];
  readonly focusRow: number;
  /** The cell that the Tab key reaches. */
  readonly cursor: HeatCell;
  /** Slot of each expert that has one, by row. */
  readonly slots: readonly ReadonlyMap<number, number>[];
  readonly unit: EntropyUnit;
  readonly figures: boolean;
  readonly cellWidth: number;
  readonly sentence: (cell: HeatCell) => string;
}

interface Props extends HeatBodyProps {
  /** Colours along the scale, from its low to its high end. */
  readonly paint: readonly string[];
}

const NONE: ReadonlyMap<number, number> = new Map();

/** Heading of the column beside the rows. */
export function gutterHead(mode: HeatView['mode'], unit: EntropyUnit): string {
  return mode === 'token' ? strings.heat.entropy(unit) : mode === 'all' ? strings.heat.gutterAll : strings.heat.gutterDifference;
}

/** The table as elements, one a cell. Rows of a grid that its caller provides. */
export function HeatDom({ view, order, focusRow, cursor, slots, unit, figures, cellWidth, sentence, paint }: Props) {
  const every = labelEvery(cellWidth, 18);
  const chosen = view.rows[focusRow]?.chosen ?? [];
  return (
    <>
      <div role="row" aria-rowindex={1}>
        <span className="hd" role="columnheader">
          <span className="vh">{strings.flow.layer}</span>
        </span>
        {order.map((expert, column) => (
          <span key={expert} role="columnheader" className={chosen.includes(expert) ? 'hd on' : 'hd'} aria-label={strings.sentence.expert(expert)}>
            {column % every === 0 ? expert : ''}
          </span>
        ))}
        <span role="columnheader" className="hd end">
          {gutterHead(view.mode, unit)}
        </span>
      </div>
      {view.rows.map((row) => (
        <HeatRow
          key={row.row}
          mode={view.mode}
          view={row}
          order={order}
          inFocus={row.row === focusRow}
          cursor={cursor.row === row.row ? cursor.expert : undefined}
          slots={slots[row.row] ?? NONE}
          figures={figures}
          unit={unit}
          sentence={sentence}
          paint={paint}
        />
      ))}
    </>
  );
}
