import { memo, useMemo } from 'react';
import { fixed } from '../base/numerals';
import type { StepEntropy } from '../state/stepEntropy';
import { strings } from '../state/strings';
import type { EntropyScale } from '../viz/entropyScale';
import { stemPaths } from '../viz/marks';
import { tokenMiddle, type SentenceLayout } from '../viz/sentence';

export interface TokenRange {
  readonly first: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
}

interface Props {
  readonly layout: SentenceLayout;
  readonly range: TokenRange;
  readonly scale: EntropyScale;
  readonly steps: StepEntropy;
  /** Threshold, nats. */
  readonly tau: number;
  /** In the unit of the scale. */
  readonly tauShown: number;
  /** Tokens that are prompt. */
  readonly prompt: number;
  /** What was generated was written before an edit. */
  readonly stale: boolean;
  readonly height: number;
}

/** Uncertainty before each token was written, as stems on the line of tokens; first tokens of steps, the threshold and the end of the prompt. */
export const EntropyStems = memo(function EntropyStems({ layout, range, scale, steps, tau, tauShown, prompt, stale, height }: Props) {
  const base = scale.y(0);
  const edge = prompt < layout.left.length ? (layout.left[prompt] ?? 0) - 1 : undefined;
  const at = useMemo(
    () =>
      Array.from({ length: range.end - range.first }, (_, i) => range.first + i).flatMap((token) => {
        const h = scale.before(token);
        return Number.isFinite(h) ? [{ token, x: tokenMiddle(layout, token), y: scale.y(h) }] : [];
      }),
    [layout, range, scale],
  );
  const paths = useMemo(() => {
    const first = new Map(Array.from(steps.tokens, (token, i) => [token, (steps.nats[i] ?? 0) >= tau] as const));
    return stemPaths({ at, base, first });
  }, [at, base, steps, tau]);
  const tauY = scale.y(tauShown);
  return (
    <>
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
      <path className="stem" d={paths.stems} />
      <path className="stem strong" d={paths.strong} />
      <line className="tau" x1={range.from} x2={range.to} y1={tauY} y2={tauY} />
      <path className="stem-dot" d={paths.dots} />
      <path className="step below" d={paths.below} />
      <path className="step above" d={paths.above} />
    </>
  );
});

interface NowProps {
  readonly layout: SentenceLayout;
  readonly scale: EntropyScale;
  readonly token: number;
  readonly height: number;
  readonly roll: boolean;
}

/** The present token's band. */
export function NowBand({ layout, token, height, roll }: Omit<NowProps, 'scale'>) {
  return <rect x={(layout.left[token] ?? 0) - 1} y={0} width={(layout.width[token] ?? 0) + 2} height={height - (roll ? 2 : 6)} rx={6} fill="var(--paper-2)" />;
}

/** The uncertainty at the present token, which is the one before the token that follows. */
export function NowMark({ layout, scale, token }: Omit<NowProps, 'height' | 'roll'>) {
  const next = token + 1;
  const h = scale.before(next);
  if (next >= layout.left.length || !Number.isFinite(h)) return null;
  const x = tokenMiddle(layout, next);
  const y = scale.y(h);
  const ends = next > layout.left.length - 6;
  return (
    <>
      <circle cx={x} cy={y} r={6.5} fill="none" stroke="var(--ink)" strokeWidth={1.25} />
      <circle className="now-dot" cx={x} cy={y} r={2.4} />
      <text className="ink halo" x={ends ? x - 11 : x + 11} y={Math.max(26, y - 4)} textAnchor={ends ? 'end' : 'start'}>
        {strings.sentence.entropyTip(fixed(h, 1))}
      </text>
    </>
  );
}
