import type { Proportion } from '../../state/evaluation';

/** A share with its 95 % interval: filled or hollow, so that two kinds on one line differ without colour. */
export function Interval({ value, at, y, hollow = false }: { readonly value: Pick<Proportion, 'accuracy' | 'low' | 'high'>; readonly at: (share: number) => number; readonly y: number; readonly hollow?: boolean }) {
  return (
    <g className={hollow ? 'iv hollow' : 'iv'}>
      <line x1={at(value.low).toFixed(1)} x2={at(value.high).toFixed(1)} y1={y} y2={y} />
      <circle cx={at(value.accuracy).toFixed(1)} cy={y} r={3.5} />
    </g>
  );
}

/** `58 %`, kept on one line. */
export function percent(share: number): string {
  return `${Math.round(100 * share)}\u00a0%`;
}
