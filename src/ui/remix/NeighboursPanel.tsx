import { useMemo } from 'react';
import type { DataTable } from '../../base/table';
import { toggleNeighbour, type ListedNeighbour } from '../../state/remix/neighbours';
import { setSetting } from '../../state/remix/settings';
import type { RouterShape } from '../../state/remix/types';
import { poolSize } from '../../state/remix/data';
import { strings } from '../../state/strings';
import { formatCount, formatShare, formatSmall } from '../../viz/format';
import { useApp, useAppState } from '../context';
import { Panel } from '../Panel';
import { useRemixView } from './useRemixView';

/** Fewer references than this say little. */
const SMALL = 100;

/** The references in use and the next ones: text, answer, whether the model was right, distance and weight. */
export function NeighboursPanel({ shape }: { readonly shape: RouterShape }) {
  const app = useApp();
  const { settings, listed, space } = useRemixView(shape);
  const data = useAppState((state) => state.remix.data);
  const excluded = useAppState((state) => state.remix.excluded);
  const hasQuestion = useAppState((state) => state.remix.question !== undefined);
  const text = strings.remix.neighbours;
  const used = listed.filter(({ used: inUse }) => inUse).length;
  // Cosines are shown as similarities, near ones long; other distances as they are.
  const similar = space !== 'pathway' && settings.distance === 'cosine';
  const few = data.phase === 'ready' && poolSize(data.store, settings.pool, excluded) < SMALL;
  const about = data.phase === 'ready' ? text.of[settings.pool](formatCount(poolSize(data.store, settings.pool, excluded))) : '';
  const farthest = useMemo(() => Math.max(1e-9, ...listed.map(({ distance }) => distance)), [listed]);
  return (
    <Panel id="remix-neighbours" className="p-neighbours" title={text.title} formula={about} n="" table={listed.length === 0 ? undefined : () => neighbourTable(listed)}>
      {listed.length === 0 ? (
        <p className="nothing">{hasQuestion ? text.none : text.empty}</p>
      ) : (
        <table className="rtable">
          <thead>
            <tr>
              <th scope="col">{text.columns.use}</th>
              <th scope="col">{text.columns.reference}</th>
              <th scope="col">{text.columns.answer}</th>
              <th scope="col">{text.columns.right}</th>
              <th scope="col" title={text.space[space]}>
                {similar ? text.columns.similarity : text.columns.distance}
              </th>
              <th scope="col" className="num">
                {text.columns.weight}
              </th>
            </tr>
          </thead>
          <tbody>
            {listed.map((row) => (
              <tr key={row.reference.id} className={row.used ? undefined : 'below'} data-reference={row.reference.id}>
                <td>
                  <input type="checkbox" className="ck" checked={row.used} aria-label={text.use(row.reference.prompt)} onChange={() => toggleNeighbour(app, shape, row)} />
                </td>
                <td className="ref" title={row.reference.prompt}>
                  <bdi>{row.reference.prompt}</bdi>
                </td>
                <td className="ans">{row.reference.answer.trim()}</td>
                <td className="ans q">{row.reference.correct ? text.right : text.wrong(row.reference.baseAnswer.trim())}</td>
                <td className="dist">
                  <span className="sim">
                    <i style={{ width: `${similar ? 100 * Math.min(1, Math.max(0, 1 - row.distance)) : (100 * row.distance) / farthest}%` }} />
                  </span>
                  {similar ? signedShare(1 - row.distance) : formatSmall(row.distance)}
                </td>
                <td className="num">{row.used ? formatShare(row.weight) : <span className="q">{'\u2013'}</span>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <div className="foot start">
        <label className="rcheck">
          <input
            type="checkbox"
            className="ck"
            checked={settings.neighbourhood === 'random'}
            onChange={(event) => setSetting(app, shape, 'neighbourhood', event.target.checked ? 'random' : 'kNN')}
          />
          {text.random}
        </label>
        {few && <span className="warn">{text.small}</span>}
        {hasQuestion && used < settings.k && listed.length > 0 && <span className="warn">{text.few(used, settings.k)}</span>}
      </div>
    </Panel>
  );
}

/** A cosine, `.55` or `\u2212.12`. */
function signedShare(value: number): string {
  return value < 0 ? `\u2212${formatShare(-value)}` : formatShare(value);
}

export function neighbourTable(listed: readonly ListedNeighbour[]): DataTable {
  const text = strings.remix.neighbours;
  const [reference, family, answer, says, right, distance, weight, used] = text.tableColumns;
  return {
    columns: [{ name: reference }, { name: family }, { name: answer }, { name: says }, { name: right }, { name: distance, decimals: 4 }, { name: weight, decimals: 3 }, { name: used }],
    rows: listed.map((row) => [row.reference.prompt, row.reference.family, row.reference.answer, row.reference.baseAnswer, row.reference.correct ? text.yes : text.no, row.distance, row.used ? row.weight : undefined, row.used ? text.yes : text.no]),
  };
}
