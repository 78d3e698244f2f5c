import { strings } from '../state/strings';
import type { Trace } from '../trace/trace';
import { tokenMiddle, type SentenceLayout } from '../viz/sentence';
import { useAppState } from './context';
import type { EntropyScale } from '../viz/entropyScale';

export interface TokenRange {
  readonly first: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
}

interface Props {
  readonly trace: Trace;
  readonly layout: SentenceLayout;
  readonly range: TokenRange;
  readonly scale: EntropyScale;
  readonly token: number;
  readonly height: number;
  readonly roll: boolean;
}

/** Uncertainty before each token was written, as stems on the line of tokens; the present token's band and the end of the prompt. */
export function EntropyStems({ trace, layout, range, scale, token, height, roll }: Props) {
  const stale = useAppState((state) => state.edits.staleFrom !== undefined);
  const base = scale.y(0);
  const generated = trace.run.promptTokens;
  const edge = generated < layout.left.length ? (layout.left[generated] ?? 0) - 1 : undefined;
  const tokens = Array.from({ length: range.end - range.first }, (_, i) => range.first + i);
  const next = token + 1;
  const nextH = scale.before(next);
  const nextX = tokenMiddle(layout, next);
  const nextY = scale.y(nextH);
  const labelEnds = next > layout.left.length - 6;
  return (
    <>
      <rect x={(layout.left[token] ?? 0) - 1} y={0} width={(layout.width[token] ?? 0) + 2} height={height - (roll ? 2 : 6)} rx={6} fill="var(--paper-2)" />
      {edge !== undefined && (
        <>
          <line className="axis" x1={edge} x2={edge} y1={0} y2={height - 8} />
          <text x={edge - 7} y={11} textAnchor="end">
            {strings.sentence.prompt}
          </text>
          <text x={edge + 7} y={11}>
            {stale ? strings.edits.stale : strings.sentence.generated}
          </text>
        </>
      )}
      <line className="axis" x1={range.from} x2={range.to} y1={base} y2={base} />
      {tokens.map((t) => {
        const h = scale.before(t);
        if (!Number.isFinite(h)) return null;
        const x = tokenMiddle(layout, t);
        return (
          <g key={t}>
            <line className="stem" x1={x} x2={x} y1={base} y2={scale.y(h)} />
            <circle className={t === next ? 'stem-dot now' : 'stem-dot'} cx={x} cy={scale.y(h)} r={2.4} />
          </g>
        );
      })}
      {next < layout.left.length && Number.isFinite(nextH) && (
        <>
          <circle cx={nextX} cy={nextY} r={6} fill="none" stroke="var(--ink)" strokeWidth={1.25} />
          <text className="ink halo" x={labelEnds ? nextX - 10 : nextX + 10} y={Math.max(26, nextY - 4)} textAnchor={labelEnds ? 'end' : 'start'}>
            {strings.sentence.entropyTip(nextH.toFixed(1))}
          </text>
        </>
      )}
    </>
  );
}
