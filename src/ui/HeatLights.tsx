import { useAppState } from './context';

interface Props {
  readonly order: readonly number[];
  /** Px from the left edge to the first cell. */
  readonly left: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
}

const HEAD = 20;

/** Rings around the cells that another chart points at. A layer of its own, so that the table itself is not drawn again. */
export function HeatLights({ order, left, cellWidth, cellHeight }: Props) {
  const lit = useAppState((state) => state.view.lit);
  if (lit === undefined) return null;
  return (
    <>
      {lit.experts.map((expert) => (
        <i key={expert} className="heat-light" data-lit={`${lit.row}.${expert}`} style={{ left: left + order.indexOf(expert) * cellWidth, top: HEAD + lit.row * cellHeight, width: cellWidth, height: cellHeight }} />
      ))}
    </>
  );
}
