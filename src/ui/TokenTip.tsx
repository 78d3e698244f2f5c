import { fixed } from '../base/numerals';
import { strings } from '../state/strings';
import type { Trace } from '../trace/trace';
import type { EntropyScale } from '../viz/entropyScale';
import { formatShare } from '../viz/format';
import { TokenText } from './TokenText';

interface Props {
  readonly trace: Trace;
  readonly token: number;
  readonly scale: EntropyScale;
  readonly left: number;
  readonly top: number;
}

const LISTED = 5;

/** What the model thought before it wrote a token: H and the five likeliest. The Next token panel has the same for a reader. */
export function TokenTip({ trace, token, scale, left, top }: Props) {
  const h = scale.before(token);
  const { top: list } = trace.output;
  const text = strings.timeline;
  const from = (token - 1) * (list?.count ?? 0);
  const name = (id: number): string => (id === trace.tokens.ids[token] ? trace.tokens.text[token] : trace.tokens.names?.get(id)) ?? `#${id}`;
  if (token === 0) return null;
  return (
    <div className="tip" style={{ left, top }} aria-hidden="true">
      <div className="tip-h">{Number.isFinite(h) ? text.tip(fixed(h, 2), scale.unit) : text.tipUnknown}</div>
      {list !== undefined &&
        Array.from({ length: Math.min(LISTED, list.count) }, (_, i) => {
          const id = list.ids[from + i] ?? 0;
          const p = list.prob[from + i] ?? 0;
          return (
            <div key={id} className={id === trace.tokens.ids[token] ? 'tip-row b' : 'tip-row'}>
              <TokenText text={name(id)} />
              <i style={{ width: `${Math.round(48 * p)}px` }} />
              <span>{formatShare(p, 3)}</span>
            </div>
          );
        })}
    </div>
  );
}
