import { useState } from 'react';
import { fixed } from '../../base/numerals';
import { effectivePartners, topPairs } from '../../analysis/co-activation';
import { MINIMUM_COUNT } from '../../analysis/specialisation';
import { patch } from '../../state/app';
import { focusLayer } from '../../state/focus';
import { strings } from '../../state/strings';
import { formatShare } from '../../viz/format';
import { useApp } from '../context';
import { Panel } from '../Panel';
import type { PairSet } from './pairSet';

const LISTED = 40;

/** The pairs seen most often, or those furthest from chance, with the counts behind them. */
export function PairList({ set }: { readonly set: PairSet }) {
  const app = useApp();
  const { matrix, cells, name, grouped } = set;
  const text = strings.dock.pairs;
  const [by, setBy] = useState<'count' | 'lift'>('count');
  const pairs = topPairs(matrix, { by, limit: LISTED, minimum: by === 'lift' ? MINIMUM_COUNT : 1 });
  const light = (ids: readonly number[]): void => patch(app, 'view', { lit: ids.flatMap((id) => cells[id] ?? []) });
  const shown = grouped ? name : (id: number): number => id;
  return (
    <Panel
      id="coactivation-pairs"
      title={text.list}
      formula={by === 'lift' ? text.listLift(MINIMUM_COUNT) : text.listCount}
      n={strings.dock.n.tokens(matrix.n)}
      table={() => ({
        columns: [{ name: 'i' }, { name: 'j' }, { name: text.together }, { name: text.tokensOf('i') }, { name: text.tokensOf('j') }, { name: text.givenIJ, decimals: 3 }, { name: text.givenJI, decimals: 3 }, { name: text.lift, decimals: 2 }],
        rows: pairs.map(({ i, j, together, tokens, given, lift }) => [shown(i), shown(j), together, tokens[0], tokens[1], given[0], given[1], lift]),
      })}
      tools={
        <span className="seg" role="group" aria-label={text.sort} data-chrome="">
          {(['count', 'lift'] as const).map((name) => (
            <button key={name} type="button" aria-pressed={name === by} onClick={() => setBy(name)}>
              {text.sortBy[name]}
            </button>
          ))}
        </span>
      }
    >
      {pairs.length === 0 ? (
        <p className="nothing">{text.none}</p>
      ) : (
        <table className="list-table">
          <thead>
            <tr>
              <th scope="col">{text.pair}</th>
              <th scope="col" className="num">
                {text.together}
              </th>
              <th scope="col" className="num">
                {text.tokensEach}
              </th>
              <th scope="col" className="num">
                {text.givenShort}
              </th>
              <th scope="col" className="num">
                {text.lift}
              </th>
            </tr>
          </thead>
          <tbody>
            {pairs.map(({ i, j, together, tokens, given, lift }) => (
              <tr key={`${i}.${j}`} data-pair={`${i}.${j}`} onPointerEnter={() => light([i, j])} onPointerLeave={() => light([])}>
                <th scope="row">
                  <button type="button" className="plain b" aria-label={text.open(name(i), name(j), cells[i]?.layer ?? 0)} onClick={() => focusLayer(app, cells[i]?.row ?? 0, cells[i]?.expert)} onFocus={() => light([i, j])} onBlur={() => light([])}>
                    {name(i)} + {name(j)}
                  </button>
                </th>
                <td className="num">{together}</td>
                <td className="num q">
                  {tokens[0]}, {tokens[1]}
                </td>
                <td className="num">
                  {formatShare(given[0])}, {formatShare(given[1])}
                </td>
                <td className="num">{together < MINIMUM_COUNT ? <span className="q" title={text.liftHidden(MINIMUM_COUNT)}>{'\u2013'}</span> : fixed(lift, 1)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

/** Who stands beside the expert in focus, and with how many it keeps company in effect. */
export function Partners({ set, of: expert }: { readonly set: PairSet; /** Id in the matrix. */ readonly of: number }) {
  const text = strings.dock.pairs;
  const { matrix, cells, name, grouped } = set;
  const layer = cells[expert]?.layer ?? 0;
  const shown = grouped ? name : (id: number): number => id;
  const { experts, together } = matrix;
  const own = together[expert * (experts + 1)] ?? 0;
  const effective = effectivePartners(matrix)[expert] ?? Number.NaN;
  const partners = Array.from({ length: experts }, (_, j) => ({ j, both: together[expert * experts + j] ?? 0 }))
    .filter(({ j, both }) => j !== expert && both > 0)
    .sort((a, b) => b.both - a.both || a.j - b.j);
  return (
    <Panel
      id="coactivation-partners"
      title={text.partners(name(expert))}
      formula={text.partnersFormula}
      n={text.partnersN(own)}
      head={<span className="ax">{text.partnersHead(layer, own)}</span>}
      table={() => ({ columns: [{ name: strings.dock.columns.expert }, { name: text.together }, { name: text.given, decimals: 3 }], rows: partners.map(({ j, both }) => [shown(j), both, both / own]) })}
    >
      {partners.length === 0 ? (
        <p className="nothing">{text.noPartners}</p>
      ) : (
        <>
          <p className="dock-line">{text.effective(fixed(effective, 1), experts - 1)}</p>
          <table className="list-table bars-table">
            <tbody>
              {partners.map(({ j, both }) => (
                <tr key={j}>
                  <th scope="row">{name(j)}</th>
                  <td className="grow-cell">
                    <span className="meter wide">
                      <i style={{ width: `${(100 * both) / own}%` }} />
                    </span>
                  </td>
                  <td className="num">{formatShare(both / own)}</td>
                  <td className="num q">{both}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </Panel>
  );
}
