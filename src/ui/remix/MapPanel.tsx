import { useMemo, useState } from 'react';
import type { DataTable } from '../../base/table';
import type { ListedNeighbour } from '../../state/remix/neighbours';
import type { Question } from '../../state/remix/state';
import type { ReferenceStore, RouterShape } from '../../state/remix/types';
import { strings } from '../../state/strings';
import { formatCount } from '../../viz/format';
import { projectPoints, type Projection } from '../../viz/projection';
import { slotLetter } from '../../viz/scale';
import { useAppState } from '../context';
import { Panel } from '../Panel';
import { useSize } from '../useSize';
import { mapSentence, ReferenceMap, type MapMark } from './ReferenceMap';
import { useRemixView } from './useRemixView';

const SPACES = ['embedding', 'pathway'] as const;
type Space = (typeof SPACES)[number];
/** Seed of the first guess of the axes. */
const SEED = 1;
const HEIGHT = 250;
/** Colour slots; more families than that share the grey of the rest. */
const MOST_FAMILIES = 8;

const maps = new WeakMap<ReferenceStore, Partial<Record<Space, Projection>>>();

/** Both maps are worked out once for a set of references. */
function mapOf(store: ReferenceStore, space: Space): Projection {
  const known = maps.get(store) ?? {};
  const map = known[space] ?? projectPoints(store.references.map((reference) => reference[space]), SEED);
  maps.set(store, { ...known, [space]: map });
  return map;
}

/** References in two dimensions, in either space that methods search. */
export function MapPanel({ shape }: { readonly shape: RouterShape }) {
  const data = useAppState((state) => state.remix.data);
  return data.phase === 'ready' ? <MapOf store={data.store} shape={shape} /> : null;
}

function MapOf({ store, shape }: { readonly store: ReferenceStore; readonly shape: RouterShape }) {
  const question = useAppState((state) => state.remix.question);
  const { listed, settings } = useRemixView(shape);
  const [chosen, setSpace] = useState<Space>();
  const [hover, setHover] = useState(-1);
  const { ref, width } = useSize<HTMLDivElement>();
  const text = strings.remix.map;
  const space = chosen ?? (settings.method === 'mode' ? 'pathway' : 'embedding');
  const map = useMemo(() => mapOf(store, space), [store, space]);
  const used = listed.filter((row) => row.used);
  const families = useMemo(() => familiesOf(question, listed), [question, listed]);
  const slot = useMemo(() => store.references.map(({ family }) => families.indexOf(family)), [store, families]);
  const marks = used.map(({ reference }, i): MapMark => {
    const index = store.references.indexOf(reference);
    return { index, x: map.x[index] ?? 0, y: map.y[index] ?? 0, name: String(i + 1) };
  });
  const at = question === undefined ? undefined : map.place(question[space]);
  const sentence = mapSentence(store.references.length, text.spaces[space], map.share, families.map((family) => strings.names.family(family)));
  const under = store.references[hover];
  return (
    <Panel
      id="remix-map"
      className="p-map"
      title={text.title}
      formula={text.formula(`${Math.round(100 * (map.share[0] + map.share[1]))} %`)}
      n=""
      tools={
        <span className="seg" role="group" aria-label={text.space} data-chrome="">
          {SPACES.map((name) => (
            <button key={name} type="button" aria-pressed={name === space} onClick={() => setSpace(name)}>
              {text.spaces[name]}
            </button>
          ))}
        </span>
      }
      table={() => mapTable(store, map, marks.map(({ index }) => index))}
    >
      <div ref={ref}>
        {width > 0 && (
          <ReferenceMap
            points={{ x: map.x, y: map.y, slot }}
            marks={marks}
            question={at === undefined ? undefined : { index: -1, x: at[0], y: at[1], name: text.question }}
            hover={hover}
            width={width}
            height={HEIGHT}
            label={sentence}
            onHover={setHover}
          />
        )}
      </div>
      <p className="rsay ellipsis">{under === undefined ? <span className="q">{text.hint(formatCount(store.references.length))}</span> : <bdi>{text.point(under.prompt, strings.names.family(under.family))}</bdi>}</p>
      <div className="keys" aria-hidden="true">
        {families.map((family, i) => (
          <span key={family} className={`slot-${slotLetter(i)}`}>
            <i className="dotkey" />
            {strings.names.family(family)}
          </span>
        ))}
        <span>
          <i className="dotkey rest" />
          {text.others}
        </span>
        {question !== undefined && (
          <span>
            <i className="diamond" />
            {text.question}
          </span>
        )}
      </div>
    </Panel>
  );
}

/** The question's own family first, then those of its neighbours, as far as there are colours. */
function familiesOf(question: Question | undefined, listed: readonly ListedNeighbour[]): readonly string[] {
  const neighbours = listed.filter(({ used }) => used).map(({ reference }) => reference.family);
  return [...new Set([question?.item.family ?? '', ...neighbours])].filter((family) => family !== '').slice(0, MOST_FAMILIES);
}

function mapTable({ references }: ReferenceStore, map: Projection, used: readonly number[]): DataTable {
  const [reference, family, right, x, y, neighbour] = strings.remix.map.columns;
  const { yes, no } = strings.remix.neighbours;
  return {
    columns: [{ name: reference }, { name: family }, { name: right }, { name: x, decimals: 3 }, { name: y, decimals: 3 }, { name: neighbour }],
    rows: references.map((one, i) => [one.prompt, one.family, one.correct ? yes : no, map.x[i], map.y[i], used.includes(i) ? yes : no]),
  };
}
