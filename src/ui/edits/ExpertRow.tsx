import { useRef } from 'react';
import { endGesture, toggleExpert, tune } from '../../state/editActions';
import { focusLayer } from '../../state/focus';
import type { LayerView } from '../../state/layerView';
import { strings } from '../../state/strings';
import { formatShare, formatSigned } from '../../viz/format';
import { slotLetter } from '../../viz/scale';
import { useApp } from '../context';
import { useSlots } from '../useFocusedLayer';
import { biasText } from './editText';

/** A drag by so many px changes the logit by 1. */
const PX_PER_LOGIT = 24;
/** A smaller change of probability is not drawn. */
const VISIBLE = 0.004;

interface Props {
  readonly view: LayerView;
  readonly before: LayerView | undefined;
  readonly expert: number;
  /** -1 below the cut. */
  readonly rank: number;
  /** The tools below the table act on it. */
  readonly picked: boolean;
  /** Nothing can be changed here. */
  readonly fixed: boolean;
  /** What the edits add to its logit. */
  readonly bias: number;
}

/** One expert of the router: logit, probability before as an outline and now as a bar, weight, and its switch. */
export function ExpertRow({ view, before, expert, rank, picked, fixed, bias }: Props) {
  const app = useApp();
  const text = strings.edits.router;
  const letter = slotLetter(useSlots(view).get(expert) ?? -1);
  const chosen = rank >= 0;
  const off = view.masked[expert] === true;
  const p = view.gate[expert] ?? Number.NaN;
  const was = before?.gate[expert] ?? Number.NaN;
  const rankBefore = before?.chosen.indexOf(expert) ?? -1;
  const className = [off ? 'offrow' : `${chosen ? '' : 'below '}${letter !== '' || chosen ? `slot-${letter === '' ? 'none' : letter}` : ''}`.trim(), picked ? 'picked' : ''].filter((part) => part !== '').join(' ');
  return (
    <tr className={className} data-expert={expert}>
      <td className="s">
        {(chosen || letter !== '') && !off && <span className="sw">{letter}</span>}
        {off && <i className="hsw hatch" />}
      </td>
      <td className={`e${chosen ? ' b' : ''}${off ? ' x' : ''}`}>
        <button type="button" aria-pressed={picked} aria-label={text.select(expert)} onClick={() => focusLayer(app, view.row, expert)}>
          {strings.sentence.expert(expert)}
        </button>
      </td>
      <td className={`num l${off ? ' x' : ''}`}>{formatSigned(view.logits?.[expert] ?? Number.NaN)}</td>
      {off ? (
        <td className="bars offword" colSpan={3}>
          {rankBefore >= 0 ? text.was(strings.words.ordinal(rankBefore)) : text.off}
        </td>
      ) : (
        <>
          <td className="bars">
            <DragBar view={view} expert={expert} bias={bias} fixed={fixed}>
              {Number.isFinite(p) && <i className={chosen ? 'c' : undefined} style={{ width: `${Math.max(1, 100 * p)}%` }} />}
              {Math.abs(was - p) > VISIBLE && <i className="was" style={{ width: `${100 * was}%` }} />}
              {bias !== 0 && <em>{biasText(bias)}</em>}
            </DragBar>
          </td>
          <td className="num p">{formatShare(p, 3)}</td>
          <td className="num m">{chosen ? <b className="b">{formatShare(view.mix[rank] ?? 0)}</b> : <span className="q">{'\u2013'}</span>}</td>
        </>
      )}
      <td className="num sw-off" data-chrome="">
        {!fixed && (
          <button type="button" className="link" aria-label={off ? text.restore(expert) : text.ablate(expert)} onClick={() => toggleExpert(app, view.layer, expert)}>
            {off ? text.on : text.off}
          </button>
        )}
      </td>
    </tr>
  );
}

/** The bar of a probability, which a drag to the side makes longer or shorter by a bias on the logit. Keys and a number box are in the tools. */
function DragBar({ view, expert, bias, fixed, children }: Pick<Props, 'view' | 'expert' | 'bias' | 'fixed'> & { readonly children: React.ReactNode }) {
  const app = useApp();
  const drag = useRef<{ readonly x: number; readonly bias: number }>(undefined);
  if (fixed) return <div className="bar">{children}</div>;
  return (
    <div
      className="bar drag"
      title={strings.edits.router.dragBias}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        drag.current = { x: event.clientX, bias };
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (drag.current === undefined) return;
        const next = drag.current.bias + (event.clientX - drag.current.x) / PX_PER_LOGIT;
        const value = Math.round(10 * Math.min(10, Math.max(-10, next))) / 10;
        if (value !== bias) tune(app, 'bias', view.layer, expert, value, {});
      }}
      onPointerUp={() => {
        drag.current = undefined;
        endGesture(app);
      }}
      onPointerCancel={() => {
        drag.current = undefined;
        endGesture(app);
      }}
    >
      {children}
    </div>
  );
}
