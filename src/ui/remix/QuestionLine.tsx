import { useMemo } from 'react';
import { filterItems, itemKinds } from '../../state/remix/data';
import { chooseItem, chooseRandom, chooseWrong } from '../../state/remix/question';
import { patchRemix } from '../../state/remix/slice';
import type { ItemFilter } from '../../state/remix/state';
import type { BenchmarkItem } from '../../state/remix/types';
import { strings } from '../../state/strings';
import { useApp, useAppState } from '../context';
import { Icon } from '../Icon';
import { OwnForm } from './OwnForm';

/** Questions that are listed at most; the search finds the others. */
const MOST_LISTED = 60;

/** Which question is asked, and how to ask another: beside the tabs of the methods. */
export default function QuestionLine() {
  const app = useApp();
  const { item, chooser, reading, data } = useAppState((state) => state.remix);
  const live = useAppState((state) => state.session.phase === 'ready');
  const text = strings.remix.item;
  const busy = { idle: '', waiting: '', reading: text.reading, searching: text.searching }[reading];
  const toggle = (which: 'items' | 'own'): void => patchRemix(app, { chooser: chooser === which ? 'closed' : which, fault: '' });
  if (data.phase !== 'ready') return null;
  return (
    <div className="rq">
      <span className="k">{text.label}</span>
      <span className="rq-text">
        {item !== undefined && (
          <>
            <bdi>{item.prompt}</bdi> <span className="q">{item.answer === undefined ? text.noAnswer : text.answer(item.answer.trim())}</span>
          </>
        )}
      </span>
      <span className="ax">{busy !== '' ? busy : item === undefined ? '' : text.kind(strings.names.family(item.family), item.level)}</span>
      <span className="grow" />
      <button type="button" className="link" aria-label={text.randomLong} onClick={() => void chooseRandom(app)}>
        {text.random}
      </button>
      <button type="button" className="link" aria-label={text.wrongLong} title={text.wrongLong} disabled={!live} onClick={() => void chooseWrong(app)}>
        {text.wrong}
      </button>
      <button type="button" className="link" aria-expanded={chooser === 'items'} onClick={() => toggle('items')}>
        {text.choose}
      </button>
      <button type="button" className="link" aria-expanded={chooser === 'own'} onClick={() => toggle('own')}>
        {text.own}
      </button>
      <WideSwitch />
    </div>
  );
}

/** The list of questions or the form of an own one, while the visitor chooses, and what went wrong with the question. */
export function QuestionChooser() {
  const { chooser, fault } = useAppState((state) => state.remix);
  return (
    <>
      {fault !== '' && chooser !== 'own' && (
        <p className="rfault line" role="alert">
          {fault}
        </p>
      )}
      {chooser === 'items' && <ItemList />}
      {chooser === 'own' && <OwnForm />}
    </>
  );
}

/** Gives the panel the whole page, or the columns their place back. */
function WideSwitch() {
  const app = useApp();
  const wide = useAppState((state) => state.remix.wide);
  const name = wide ? strings.remix.narrow : strings.remix.widen;
  return (
    <button type="button" className="act rwide hide-s" aria-label={name} title={name} onClick={() => patchRemix(app, { wide: !wide })}>
      <Icon name={wide ? 'restore' : 'maximise'} />
    </button>
  );
}

/** The benchmark's questions by family, level, wording and words. */
function ItemList() {
  const app = useApp();
  const data = useAppState((state) => state.remix.data);
  const filter = useAppState((state) => state.remix.filter);
  const current = useAppState((state) => state.remix.item);
  const items = data.phase === 'ready' ? data.items : NONE;
  const kinds = useMemo(() => itemKinds(items), [items]);
  const found = useMemo(() => filterItems(items, filter), [items, filter]);
  const text = strings.remix.item;
  const set = (part: Partial<ItemFilter>): void => patchRemix(app, { filter: { ...filter, ...part } });
  return (
    <div className="rchoose">
      <div className="rfilter">
        <label className="rfield">
          <span className="k">{text.family}</span>
          <select className="quiet" value={filter.family} onChange={(event) => set({ family: event.target.value })}>
            <option value="">{text.any}</option>
            {kinds.families.map((family) => (
              <option key={family} value={family}>
                {strings.names.family(family)}
              </option>
            ))}
          </select>
        </label>
        <label className="rfield">
          <span className="k">{text.level}</span>
          <select className="quiet" value={filter.level} onChange={(event) => set({ level: Number(event.target.value) })}>
            <option value={0}>{text.any}</option>
            {kinds.levels.map((level) => (
              <option key={level} value={level}>
                {level}
              </option>
            ))}
          </select>
        </label>
        <label className="rfield">
          <span className="k">{text.template}</span>
          <select className="quiet" value={filter.template} onChange={(event) => set({ template: event.target.value === 'home' ? 'home' : event.target.value === 'away' ? 'away' : 'any' })}>
            {(['away', 'home', 'any'] as const).map((template) => (
              <option key={template} value={template}>
                {text.templates[template]}
              </option>
            ))}
          </select>
        </label>
        <label className="rfield">
          <span className="k">{text.search}</span>
          <input className="rinput" type="search" value={filter.search} onChange={(event) => set({ search: event.target.value })} />
        </label>
        <span className="ax" role="status">
          {text.count(found.length, Math.min(found.length, MOST_LISTED))}
        </span>
      </div>
      {found.length === 0 ? (
        <p className="q">{text.none}</p>
      ) : (
        <ul className="ritems" aria-label={text.listLabel}>
          {found.slice(0, MOST_LISTED).map((item) => (
            <li key={item.id}>
              <button type="button" aria-current={item.id === current?.id ? 'true' : undefined} onClick={() => void chooseItem(app, item)}>
                <bdi>{item.prompt}</bdi>
                <span className="q">{item.answer === undefined ? '' : text.answer(item.answer.trim())}</span>
                <span className="ax">{text.kind(strings.names.family(item.family), item.level)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

const NONE: readonly BenchmarkItem[] = [];
