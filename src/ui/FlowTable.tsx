import { useMemo } from 'react';
import { expertTokens } from '../state/expertTokens';
import type { LayerView } from '../state/layerView';
import { strings } from '../state/strings';
import { formatShare } from '../viz/format';
import { slotLetter } from '../viz/scale';
import { useAppState } from './context';
import { TokenText } from './TokenText';

const LISTED = 4;

/** The experts that ran: how long their output was, and which tokens of this text they took. */
export function FlowTable({ view }: { readonly view: LayerView }) {
  const trace = useAppState((state) => state.traces.current?.trace);
  const { row } = view;
  const byExpert = useMemo(() => (trace === undefined ? undefined : expertTokens(trace, row)), [trace, row]);
  if (trace === undefined || byExpert === undefined || view.chosen.length === 0) return null;
  const text = strings.flow.columns;
  const total = trace.tokens.ids.length;
  return (
    <>
      <table className="flow-table">
        <thead>
          <tr>
            <th style={{ width: 76 }}>{text.expert}</th>
            <th className="num" title={text.normLong}>
              <abbr title={text.normLong} style={{ textDecoration: 'none' }}>
                {text.norm}
              </abbr>
            </th>
            <th className="num">{text.share}</th>
            <th className="list">{text.tokens}</th>
          </tr>
        </thead>
        <tbody>
          {view.chosen.slice(0, 3).map((expert, rank) => {
            const tokens = byExpert.get(expert);
            return (
              <tr key={expert} className={`slot-${slotLetter(rank)}`}>
                <td>
                  <span className="sw">{slotLetter(rank)}</span>
                  {'\u2002'}
                  {strings.sentence.expert(expert)}
                </td>
                <td className="num">{view.outputNorm === undefined ? '\u2013' : (view.outputNorm[rank] ?? 0).toFixed(2)}</td>
                <td className="num">{((100 * (tokens?.uses ?? 0)) / total).toFixed(0)} %</td>
                <td className="list">
                  {tokens?.strongest.slice(0, LISTED).map(({ label, mix }) => (
                    <span key={label}>
                      <b className="b">
                        <TokenText text={label} />
                      </b>{' '}
                      {formatShare(mix)}
                    </span>
                  ))}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <div className="foot">
        <span className="q">{strings.flow.note(total)}</span>
      </div>
    </>
  );
}
