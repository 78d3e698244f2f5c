import { useMemo } from 'react';
import { fixed } from '../base/numerals';
import { expertTokens } from '../state/expertTokens';
import type { LayerView } from '../state/layerView';
import { strings } from '../state/strings';
import { formatCount, formatShare } from '../viz/format';
import { slotLetter } from '../viz/scale';
import { useAppState } from './context';
import { TokenText } from './TokenText';
import { useSlots } from './useFocusedLayer';
import { useStatistics } from './useStatistics';

const LISTED = 4;

/** The experts that ran: how long their output was, and which tokens of this text they took. */
export function FlowTable({ view }: { readonly view: LayerView }) {
  const trace = useAppState((state) => state.traces.current?.trace);
  const { row } = view;
  const picked = useAppState((state) => state.focus.expert);
  const slots = useSlots(view);
  const statistics = useStatistics(false);
  const corpus = statistics?.layers[row];
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
            <th className="list">{corpus === undefined ? text.tokens : text.corpusTokens}</th>
          </tr>
        </thead>
        <tbody>
          {listed(view, picked).map((expert) => {
            const rank = view.chosen.indexOf(expert);
            const tokens = byExpert.get(expert);
            const measured = corpus?.[expert];
            const letter = slotLetter(slots.get(expert) ?? -1);
            return (
              <tr key={expert} data-expert={expert} className={rank < 0 ? `below slot-${letter === '' ? 'none' : letter}` : `slot-${letter === '' ? 'none' : letter}`}>
                <td>
                  {rank >= 0 || letter !== '' ? <span className="sw">{letter}</span> : <span className="sw none">{'\u00a0'}</span>}
                  {'\u2002'}
                  {strings.sentence.expert(expert)}
                </td>
                <td className="num">{view.outputNorm === undefined || rank < 0 ? '\u2013' : fixed(view.outputNorm[rank] ?? 0, 2)}</td>
                <td className="num">{(100 * (measured === undefined ? (tokens?.uses ?? 0) / total : measured.load * trace.model.topK)).toFixed(0)} %</td>
                <td className="list">
                  {(measured === undefined
                    ? (tokens?.strongest.slice(0, LISTED).map(({ label, mix }) => [label, formatShare(mix)] as const) ?? [])
                    : measured.tokens.slice(0, LISTED).map(({ text: label, lift }) => [label, fixed(lift, 1)] as const)
                  ).map(([label, figure]) => (
                    <span key={label}>
                      <b className="b">
                        <TokenText text={label} />
                      </b>{' '}
                      {figure}
                    </span>
                  ))}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <div className="foot">
        <span className="q">{statistics === undefined ? strings.flow.note(total) : strings.flow.corpusNote(statistics.n === undefined ? '' : formatCount(statistics.n))}</span>
      </div>
    </>
  );
}

/** Rows of the table: the chosen experts, and below them the one that the visitor picked. */
const MOST_ROWS = 3;

function listed({ chosen }: LayerView, picked: number | undefined): readonly number[] {
  if (picked === undefined || chosen.slice(0, MOST_ROWS).includes(picked)) return chosen.slice(0, MOST_ROWS);
  return [...chosen.slice(0, MOST_ROWS - 1), picked];
}
