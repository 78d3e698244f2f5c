import { Fragment } from 'react';
import { makeChange, removeEdits } from '../../state/editActions';
import type { NextPair, PairRow } from '../../state/nextPair';
import type { SampledView } from '../../state/sampled';
import { strings } from '../../state/strings';
import { formatShare } from '../../viz/format';
import { spokenToken, tokenLabel } from '../../viz/tokenMarks';
import { useApp, useAppState } from '../context';
import { TokenText } from '../TokenText';
import { useHidden } from '../useHidden';
import { TweenNumber } from '../TweenNumber';

/** As many as there ever are; a wider span does no harm. */
const COLUMNS = 5;

interface Props {
  readonly pair: NextPair;
  readonly sampled: SampledView;
  readonly topK: number;
  readonly topP: number;
  /** Position after which the candidates stand. */
  readonly token: number;
}

/** Candidates with their probability before (outline), now (bar) and as the sampling settings draw them (tick). A click makes the text go on with one. */
export function NextRows({ pair, sampled, topK, topP, token }: Props) {
  const text = strings.edits.next;
  const { rows, compared } = pair;
  const known = sampled.exact;
  const cutAt = sampled.cut === undefined || !known ? -1 : rows.findIndex(({ id }) => !sampled.drawn.has(id));
  const cutLabel = sampled.cut === 'greedy' ? text.cutGreedy : sampled.cut === 'top-k' ? text.cutTopK(topK) : text.cutTopP(formatShare(topP));
  return (
    <table className="nt">
      <thead>
        <tr>
          <th>
            <span className="vh">{strings.next.columns.token}</span>
          </th>
          <td />
          {compared !== undefined && <th className="num">{text.columns.before}</th>}
          <th className="num">{compared === undefined ? text.columns.model : text.columns.now}</th>
          {known && (
            <th className="num" title={text.drawnHint}>
              {text.columns.drawn}
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, i) => (
          <Fragment key={row.id}>
            {i === cutAt && <Cut label={cutLabel} columns={COLUMNS} />}
            <Row row={row} sampled={sampled} compared={compared !== undefined} token={token} about={pair} />
          </Fragment>
        ))}
        <tr className="below">
          <td className="tk">
            <span className="word">{strings.next.other}</span>
          </td>
          <td>
            <div className="lane2">
              <i className="now" style={{ width: `${100 * pair.other}%` }} />
              {compared !== undefined && <i className="was" style={{ width: `${100 * compared.other}%` }} />}
            </div>
          </td>
          {compared !== undefined && <td className="num pr was">{formatShare(compared.other, 3)}</td>}
          <td className="num pr">{formatShare(pair.other, 3)}</td>
          {known && <td className="num pr q">
              <TweenNumber value={otherDrawn(rows, sampled)} format={three} about={pair} />
            </td>}
        </tr>
      </tbody>
    </table>
  );
}

function otherDrawn(rows: readonly PairRow[], { drawn }: SampledView): number {
  return Math.max(0, 1 - rows.reduce((sum, { id }) => sum + (drawn.get(id) ?? 0), 0));
}

function Cut({ label, columns }: { readonly label: string; readonly columns: number }) {
  return (
    <tr className="cutrow slim">
      <td colSpan={columns}>
        <div className="cutline">{label}</div>
      </td>
    </tr>
  );
}

const three = (p: number): string => formatShare(p, 3);

function Row({ row, sampled, compared, token, about }: { readonly row: PairRow; readonly sampled: SampledView; readonly compared: boolean; readonly token: number; readonly about: NextPair }) {
  const app = useApp();
  const forced = useAppState((state) => state.edits.list.some((edit) => edit.kind === 'force' && edit.enabled && edit.from === token + 1 && edit.token === row.id));
  const fixed = useHidden('edits');
  const text = strings.edits.next;
  const label = spokenToken(row.text);
  const drawn = sampled.exact ? sampled.drawn.get(row.id) : undefined;
  const click = (): void => {
    if (forced) removeEdits(app, (edit) => edit.kind === 'force' && edit.from === token + 1);
    else if (!row.chosen) makeChange(app, { kind: 'force', token: row.id, text: row.text }, { from: token + 1 });
  };
  return (
    <tr className={[row.chosen ? 'win' : '', row.afterGap ? 'gap' : '', forced ? 'forced' : ''].filter((part) => part !== '').join(' ')} data-token-id={row.id}>
      <td className="tk">
        {fixed ? <TokenText text={row.text} /> : <button
          type="button"
          title={forced ? text.unforce(tokenLabel(row.text)) : row.chosen ? strings.next.chosen : text.force(tokenLabel(row.text))}
          aria-label={`${label}${row.chosen ? `, ${strings.next.chosen}` : ''}. ${forced ? text.unforce(label) : row.chosen ? '' : text.force(label)}`.trim()}
          onClick={click}
        >
          <TokenText text={row.text} />
        </button>}
      </td>
      <td>
        <div className="lane2">
          <i className="now" style={{ width: `${100 * row.prob}%` }} />
          {compared && Number.isFinite(row.before) && <i className="was" style={{ width: `${100 * row.before}%` }} />}
          {drawn !== undefined && <i className="drawn" style={{ left: `${100 * drawn}%` }} />}
        </div>
      </td>
      {compared && <td className="num pr was">{formatShare(row.before, 3)}</td>}
      <td className="num pr">{formatShare(row.prob, 3)}</td>
      {sampled.exact && <td className="num pr q">{drawn === undefined ? '\u2013' : <TweenNumber value={drawn} format={three} about={about} />}</td>}
    </tr>
  );
}
