import { fixed } from '../../base/numerals';
import { strings } from '../../state/strings';
import { formatSmall, inUnit } from '../../viz/format';
import { tokenLabel } from '../../viz/tokenMarks';
import { useAppState } from '../context';
import { Panel } from '../Panel';
import { useSize } from '../useSize';
import { NextChart } from './NextChart';
import { nextTable } from './tables';
import type { Comparison } from './useComparison';

const ROWS = 5;

/** The distribution after the playhead's tokens in A and B, its entropies, their divergence and the likeliest token. */
export function CompareNext({ comparison: { here } }: { readonly comparison: Comparison }) {
  const unit = useAppState((state) => state.view.unit);
  const { ref, width } = useSize<HTMLDivElement>();
  const text = strings.compare.next;
  const { next } = here;
  const entropy = (nats: number): string => (Number.isFinite(nats) ? fixed(inUnit(nats, unit), 2) : '\u2013');
  return (
    <Panel
      id="compare-next"
      className="p-cnext"
      title={text.title}
      formula={text.formula}
      n=""
      table={next === undefined ? undefined : () => nextTable(next)}
      tools={
        <span className="ckeys" data-chrome="">
          <i className="key-a" />
          {strings.compare.a}
          <i className="key-now" />
          {strings.compare.b}
        </span>
      }
    >
      <div ref={ref}>{next === undefined ? <p className="nothing">{text.empty}</p> : width > 0 && <NextChart rows={next.rows.slice(0, ROWS)} width={width} />}</div>
      {next !== undefined && (
        <div className="foot">
          <span>
            {'H '}
            {entropy(next.entropy[0])}
            {' \u2192 '}
            <b className="b">{entropy(next.entropy[1])}</b> {strings.units[unit]}
          </span>
          {next.difference !== undefined && (
            <span title={text.klHint(next.difference.n, next.difference.exact)}>{text.kl(formatSmall(inUnit(next.difference.klNats, unit)), unit, next.difference.exact)}</span>
          )}
          <span>{next.top.changed ? text.top(tokenLabel(next.top.a), tokenLabel(next.top.b)) : text.same(tokenLabel(next.top.a))}</span>
        </div>
      )}
    </Panel>
  );
}
