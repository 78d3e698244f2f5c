import { useMemo } from 'react';
import { fixed } from '../../base/numerals';
import { continuations, type NextPair } from '../../state/nextPair';
import type { SampledView } from '../../state/sampled';
import { strings } from '../../state/strings';
import type { Trace } from '../../trace/trace';
import { formatCount, formatShare, inUnit } from '../../viz/format';
import { tokenLabel } from '../../viz/tokenMarks';
import { useAppState } from '../context';

interface Props {
  readonly pair: NextPair;
  readonly sampled: SampledView;
  readonly now: Trace;
  readonly before: Trace | undefined;
  readonly token: number;
}

/** Uncertainty before and now, how far the two distributions are apart, what the sampling keeps, and how the text went on before. */
export function NextFoot({ pair, sampled, now, before, token }: Props) {
  const unit = useAppState((state) => state.view.unit);
  const text = strings.edits.next;
  const { compared, entropy } = pair;
  const bits = (nats: number): string => fixed(inUnit(nats, unit), 2);
  return (
    <>
      <div className="foot">
        {compared === undefined || entropy === undefined ? (
          <>
            <span>{entropy !== undefined && <b className="b">{strings.next.entropy(bits(entropy), unit)}</b>}</span>
            {before === undefined ? pair.others !== undefined && <span className="q">{strings.next.otherLong(formatCount(pair.others))}</span> : <span className="q" title={text.otherTextHint}>{text.otherText}</span>}
          </>
        ) : (
          <>
            <span>
              H {bits(compared.entropyBefore)} {'\u2192'} <b className="b">{bits(entropy)}</b> {strings.units[unit]}
            </span>
            <span title={text.klHint}>{compared.exact ? text.kl(bits(compared.klNats), unit) : text.klAtLeast(bits(compared.klNats), unit)}</span>
            <span>
              <bdi>
                {compared.top.changed ? (
                  <>
                    {text.topChange} {tokenLabel(compared.top.before)} {'\u2192'} <b className="b">{tokenLabel(compared.top.now)}</b>
                  </>
                ) : (
                  text.sameTop(tokenLabel(compared.top.now))
                )}
              </bdi>
            </span>
          </>
        )}
      </div>
      {before === undefined || compared === undefined ? (
        <div className="foot sums">
          {sampled.exact ? (
            <span className="q" data-kept={sampled.drawn.size}>
              {text.kept(formatCount(sampled.drawn.size), formatShare(sampled.mass, 3))}
            </span>
          ) : (
            <span className="q" title={text.noLogits(sampled.known)}>
              {text.noLogitsShort}
            </span>
          )}
        </div>
      ) : (
        <WentOn now={now} before={before} from={Math.max(token + 1, now.run.promptTokens)} />
      )}
    </>
  );
}

/** One line: how the text went on before the edits. The line of tokens holds how it goes on now. */
function WentOn({ now, before, from }: { readonly now: Trace; readonly before: Trace; readonly from: number }) {
  const { before: was, differ } = useMemo(() => continuations(now, before, from), [now, before, from]);
  const text = strings.edits.next;
  const whole = was.join('');
  if (was.length === 0 && differ === undefined) return null;
  return (
    <div className="foot went-on" title={whole}>
      <span className="q">{differ === undefined ? text.same : text.wentOn}</span>
      {differ !== undefined && <bdi>{whole.replaceAll('\n', '\u21b5')}</bdi>}
    </div>
  );
}
