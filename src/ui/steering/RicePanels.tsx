import type { DataTable } from '../../base/table';
import type { LayerExpert, RiceRanking } from '../../state/steering/rice';
import { pickExpert } from '../../state/steering/riceRanking';
import { patchCard } from '../../state/steering/slice';
import { strings } from '../../state/strings';
import { formatCount, formatShare, formatSigned } from '../../viz/format';
import { useApp } from '../context';
import { Panel } from '../Panel';
import { useSize } from '../useSize';
import { cellOf } from './ReroutingPanels';
import { SignedHeat } from './SignedHeat';

/** Experts that are listed; the table has all. */
const LISTED = 9;
/** nPMI of two that never meet, by convention. */
const NEVER = -1;
/** Smallest nPMI whose number stands in its cell. */
const FIGURE = 0.2;

interface Props {
  readonly ranking: RiceRanking;
  /** The marker of k, K and map. */
  readonly shown: string;
  readonly steered: readonly LayerExpert[];
}

function isSteered(steered: readonly LayerExpert[]): (layer: number, expert: number) => boolean {
  const names = new Set(steered.map(({ layer, expert }) => `${layer}.${expert}`));
  return (layer, expert) => names.has(`${layer}.${expert}`);
}

/** Experts by falling score, with the counts behind it and a box for those that are steered. */
export function RankPanel({ ranking, shown, steered }: Props) {
  const app = useApp();
  const text = strings.steering.rice;
  const { ranked } = ranking;
  const map = ranking.maps.find(({ name }) => name === shown) ?? ranking.maps[0];
  const on = isSteered(steered);
  const pairOf = ({ layer, expert }: LayerExpert): number => layer * (map?.counts.experts ?? 0) + expert;
  const of = (pair: LayerExpert) => ({ npmi: map?.values[pairOf(pair)] ?? NaN, k: map?.counts.together[pairOf(pair)] ?? 0, K: map?.counts.active[pairOf(pair)] ?? 0 });
  // Those that are steered stand in the list, wherever they rank.
  const listed = ranked.filter(({ layer, expert }, i) => i < LISTED || on(layer, expert));
  const table = (): DataTable => ({
    columns: text.tableColumns.map((name, i) => (i === 2 || i === 3 ? { name, decimals: 4 } : { name })),
    rows: ranked.map((pair) => [pair.layer, pair.expert, pair.score, of(pair).npmi, of(pair).k, of(pair).K, on(pair.layer, pair.expert) ? text.yes : text.no]),
  });
  return (
    <Panel id="rice-rank" className="p-steer" title={text.title} formula={map === undefined ? text.formulaNone : text.formula(map.counts.markers, formatCount(map.counts.tokens))} n="" table={ranked.length === 0 ? undefined : table}>
      {ranked.length === 0 ? (
        <p className="nothing">{text.noRanking}</p>
      ) : (
        <table className="rtable srank">
          <thead>
            <tr>
              {text.columns.map((column, i) => (
                <th key={column} scope="col" className={i < 2 ? '' : 'num'}>
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {listed.map((pair) => {
              const name = text.name(pair.layer, pair.expert);
              const { npmi, k, K } = of(pair);
              const chosen = on(pair.layer, pair.expert);
              return (
                <tr key={name} className={chosen ? 'on' : ''} data-expert={`${pair.layer}.${pair.expert}`}>
                  <td>
                    <input type="checkbox" className="ck" aria-label={text.steer(name)} checked={chosen} onChange={() => pickExpert(app, pair, ranked)} />
                  </td>
                  <th scope="row">{name}</th>
                  <td className="num">{formatSigned(pair.score, 3)}</td>
                  <td className="num">{formatSigned(npmi, 3)}</td>
                  <td className="num">{formatCount(k)}</td>
                  <td className="num">{formatCount(K)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

/** nPMI of every expert with one marker; a click steers an expert or lets it go. */
export function MapPanel({ ranking, shown, steered }: Props) {
  const app = useApp();
  const { ref, width } = useSize<HTMLDivElement>();
  const text = strings.steering.rice;
  const map = ranking.maps.find(({ name }) => name === shown) ?? ranking.maps[0];
  const on = isSteered(steered);
  const nameOf = (marker: string): string => text.markers[marker] ?? marker;
  const table = (): DataTable => ({
    columns: text.mapColumns.map((name, i) => (i === 3 ? { name, decimals: 4 } : { name })),
    rows: ranking.maps.flatMap(({ name, values, counts }) => values.map((value, pair) => [nameOf(name), Math.floor(pair / counts.experts), pair % counts.experts, value, counts.together[pair], counts.active[pair]])),
  });
  return (
    <Panel
      id="rice-map"
      className="p-steer"
      title={text.map}
      formula={ranking.maps.length > 1 ? '' : nameOf(map?.name ?? shown)}
      n=""
      tools={
        ranking.maps.length > 1 && (
          <span className="seg" role="group" aria-label={text.mapOf}>
            {ranking.maps.map(({ name }) => (
              <button key={name} type="button" aria-pressed={name === map?.name} onClick={() => patchCard(app, 'rice', { shown: name })}>
                {nameOf(name)}
              </button>
            ))}
          </span>
        )
      }
      table={map === undefined ? undefined : table}
    >
      <div ref={ref}>
        {map === undefined ? (
          <p className="nothing">{text.noRanking}</p>
        ) : (
          width > 0 && (
            <SignedHeat
              rows={Array.from({ length: map.counts.layers }, (_, layer) => ({ layer, values: map.values.slice(layer * map.counts.experts, (layer + 1) * map.counts.experts) }))}
              domain={1}
              cell={cellOf(width, map.counts.experts)}
              label={text.mapLabel(nameOf(map.name))}
              sentence={(layer, expert, value) => text.mapCell(layer, expert, value, on(layer, expert))}
              figure={(value) => (value >= FIGURE ? formatShare(value) : '')}
              blank={(value) => value === NEVER}
              outlined={on}
              onPick={(layer, expert) => pickExpert(app, { layer, expert }, ranking.ranked)}
            />
          )
        )}
      </div>
      {map !== undefined && (
        <>
          <div className="keys" aria-hidden="true">
            <span>
              <i className="never" />
              {text.never}
            </span>
            <span>
              <i className="okey inside" />
              {text.after}
            </span>
          </div>
          <p className="rsay">{text.mapSay}</p>
        </>
      )}
    </Panel>
  );
}
