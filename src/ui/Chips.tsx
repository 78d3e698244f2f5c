import { memo } from 'react';
import { fixed } from '../base/numerals';
import { otherToken } from '../state/compared';
import { strings } from '../state/strings';
import type { Trace } from '../trace/trace';
import type { SentenceLayout } from '../viz/sentence';
import { spokenToken } from '../viz/tokenMarks';
import type { TokenRange } from './EntropyStems';
import type { EntropyScale } from '../viz/entropyScale';
import { useAppState } from './context';
import { TokenText } from './TokenText';

interface Props {
  readonly trace: Trace;
  readonly layout: SentenceLayout;
  readonly range: TokenRange;
  readonly token: number;
  readonly top: number;
  readonly scale: EntropyScale;
}

/** The tokens themselves. Prompt and generated text differ in the weight of the underline, never in colour. */
export function Chips({ trace, layout, range, token, top, scale }: Props) {
  const shown = Array.from({ length: range.end - range.first }, (_, i) => range.first + i);
  if (token < range.first || token >= range.end) shown.push(token);
  const total = trace.tokens.ids.length;
  const staleFrom = useAppState((state) => state.edits.staleFrom);
  const b = useAppState(otherToken);
  return (
    <div className="chips" style={{ top }} role="presentation">
      {shown.map((t) => {
        const h = scale.before(t);
        return (
          <Chip
            key={t}
            index={t}
            total={total}
            text={trace.tokens.text[t] ?? ''}
            left={layout.left[t] ?? 0}
            width={layout.width[t] ?? 0}
            generated={t >= trace.run.promptTokens}
            current={t === token}
            isB={t === b}
            stale={staleFrom !== undefined && t >= staleFrom}
            uncertainty={Number.isFinite(h) ? `${fixed(h, 1)} ${strings.units[scale.unit]}` : ''}
          />
        );
      })}
    </div>
  );
}

interface ChipProps {
  readonly index: number;
  readonly total: number;
  readonly text: string;
  readonly left: number;
  readonly width: number;
  readonly generated: boolean;
  readonly current: boolean;
  /** It stands as B beside the token in focus. */
  readonly isB: boolean;
  /** Written before an edit that would have changed it. */
  readonly stale: boolean;
  readonly uncertainty: string;
}

const Chip = memo(function Chip({ index, total, text, left, width, generated, current, isB, stale, uncertainty }: ChipProps) {
  return (
    <span
      id={`token-${index}`}
      className={`chip${generated ? ' gen' : ''}${current ? ' cur' : ''}${isB ? ' is-b' : ''}${stale ? ' old' : ''}`}
      role="option"
      aria-selected={current}
      aria-posinset={index + 1}
      aria-setsize={total}
      aria-label={`${strings.sentence.token(index + 1, spokenToken(text), generated, uncertainty)}${stale ? `, ${strings.edits.staleToken}` : ''}${isB ? `, ${strings.compare.tokens.spoken}` : ''}`}
      style={{ left, width }}
    >
      <TokenText text={text} />
    </span>
  );
});
