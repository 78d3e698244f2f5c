import { expertOrder, type LayerView } from '../state/layerView';
import { useState } from 'react';
import { strings } from '../state/strings';
import { formatShare, formatSigned } from '../viz/format';
import { slotLetter } from '../viz/scale';

const COLUMNS = 6;

/** Chosen experts above the dashed cut, the runners-up below it, and how close the next one came. */
export function RouterTable({ view, below }: { readonly view: LayerView; readonly below: number }) {
  const [all, setAll] = useState(false);
  const text = strings.router;
  const order = expertOrder(view);
  const chosen = order.slice(0, view.chosen.length);
  const rest = order.slice(view.chosen.length);
  const shown = all ? rest : rest.slice(0, below);
  const sum = (values: Iterable<number>): string => [...values].reduce((a, b) => a + b, 0).toFixed(3);
  const mixSum = sum(view.mix);
  return (
    <>
      <div className={all ? 'router-scroll' : undefined} {...(all ? { tabIndex: 0, role: 'group', 'aria-label': text.title } : {})}>
        <table className="router">
          <thead>
            <tr>
              <th>
                <span className="vh">{text.columns.slot}</span>
              </th>
              <th>{text.columns.expert}</th>
              <th className="num">{text.columns.logit}</th>
              <th className="bars">{text.columns.softmax}</th>
              <th>
                <span className="vh">{text.columns.share}</span>
              </th>
              <th className="num">{text.columns.mix}</th>
            </tr>
          </thead>
          <tbody>
            {chosen.map((expert, rank) => (
              <ExpertRow key={expert} view={view} expert={expert} rank={rank} />
            ))}
            <CutRow view={view} />
            {shown.map((expert) => (
              <ExpertRow key={expert} view={view} expert={expert} rank={-1} />
            ))}
          </tbody>
        </table>
      </div>
      <div className="foot">
        <span className="miss">{view.missed === undefined ? '' : text.missed(view.missed.expert, formatShare(Math.max(0, view.missed.by), 3))}</span>
        {rest.length > below && (
          <button type="button" className="link" onClick={() => setAll(!all)}>
            {all ? text.showFew : text.showAll(view.experts)}
          </button>
        )}
      </div>
      <div className="foot sums">
        <span className="q">{view.full ? text.sums(sum(view.gate), mixSum) : text.sumMix(mixSum)}</span>
      </div>
    </>
  );
}

function ExpertRow({ view, expert, rank }: { readonly view: LayerView; readonly expert: number; readonly rank: number }) {
  const letter = slotLetter(rank);
  const chosen = rank >= 0;
  const off = view.masked[expert] === true;
  const p = view.gate[expert] ?? Number.NaN;
  const logit = view.logits?.[expert] ?? Number.NaN;
  return (
    <tr className={off ? 'offrow' : chosen ? `slot-${letter === '' ? 'none' : letter}` : 'below'} data-expert={expert}>
      <td className="s">
        {chosen && <span className="sw">{letter}</span>}
        {off && <i className="hsw hatch" />}
      </td>
      <td className={`e${chosen ? ' b' : ''}${off ? ' x' : ''}`}>{strings.sentence.expert(expert)}</td>
      <td className={`num l${off ? ' x' : ''}`}>{formatSigned(logit)}</td>
      <td className="bars">
        <div className="bar">{Number.isFinite(p) && <i className={chosen ? 'c' : undefined} style={{ width: `${Math.max(1, 100 * p)}%` }} />}</div>
      </td>
      <td className="num p">{formatShare(p, 3)}</td>
      <td className="num m">{chosen ? <b className="b">{formatShare(view.mix[rank] ?? 0)}</b> : <span className="q">{off ? strings.router.off : '\u2013'}</span>}</td>
    </tr>
  );
}

function CutRow({ view }: { readonly view: LayerView }) {
  const { selection } = view;
  return (
    <tr className="cutrow">
      <td colSpan={COLUMNS}>
        <div className="cutline">
          {selection.kind === 'top-k' ? (
            <span>
              {strings.router.cutTopK}
              {'\u2002'}
              <b className="b">{strings.router.k(selection.k)}</b>
            </span>
          ) : (
            <span>
              {strings.router.cutTopP}
              {'\u2002'}
              <b className="b">{strings.router.p(formatShare(selection.p), view.chosen.length)}</b>
            </span>
          )}
        </div>
      </td>
    </tr>
  );
}
