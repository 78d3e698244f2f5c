import { fixed } from '../../base/numerals';
import { association, MINIMUM_COUNT, type Association } from '../../analysis/specialisation';
import { seek } from '../../state/focus';
import { chosenAt } from '../../state/layerView';
import { strings } from '../../state/strings';
import type { Trace } from '../../trace/trace';
import { tokenLabel } from '../../viz/tokenMarks';
import { useApp, useAppState } from '../context';
import { Panel } from '../Panel';
import { TokenText } from '../TokenText';
import { ExpertHead, type ExpertHeadProps } from './ExpertHead';
import { ofExpert, type Labelled } from './labels';

const LISTED = 30;

/** The tokens of this text that one expert took, those that it took more than others do first. */
export function TextTokens({ head, trace, row, texts }: { readonly head: ExpertHeadProps; readonly trace: Trace; readonly row: number; readonly texts: Labelled<string> }) {
  const app = useApp();
  const text = strings.dock.labels;
  const token = useAppState((state) => state.focus.token);
  const { expert } = head;
  const all = ofExpert(texts, expert);
  const listed = all.slice(0, LISTED);
  const widest = Math.max(1, ...listed.filter(({ enough }) => enough).map(({ lift }) => lift));
  const name = (label: number): string => texts.labels.names[label] ?? '';
  const jump = (label: number): void => {
    const places = [...texts.labels.of.keys()].filter((t) => texts.labels.of[t] === label && chosenAt(trace, t, row).includes(expert));
    const next = places.find((t) => t > token) ?? places[0];
    if (next !== undefined) seek(app, next);
  };
  return (
    <Panel
      id="specialisation"
      className="p-labels"
      title={text.tokensOf(expert)}
      formula={text.formula}
      n={strings.dock.n.tokens(texts.table.n)}
      table={() => ({
        columns: [{ name: text.token }, { name: text.count }, { name: text.inText }, { name: text.lift, decimals: 2 }, { name: text.npmi, decimals: 3 }],
        rows: all.map((a) => [name(a.label), a.count, a.ofLabel, a.enough ? a.lift : undefined, a.enough ? a.nPmi : undefined]),
      })}
    >
      <ExpertHead {...head} note={text.few(MINIMUM_COUNT)} />
      {listed.length === 0 ? (
        <p className="nothing">{text.idle(expert)}</p>
      ) : (
        <div className="label-grid">
          {listed.map((a) => (
            <TokenRow key={a.label} association={a} text={name(a.label)} widest={widest} onJump={() => jump(a.label)} />
          ))}
        </div>
      )}
    </Panel>
  );
}

function TokenRow({ association: { count, ofLabel, lift, enough }, text, widest, onJump }: { readonly association: Association; readonly text: string; readonly widest: number; readonly onJump: () => void }) {
  return (
    <div className="label-row" data-token={text}>
      <button type="button" className="plain b token" aria-label={strings.dock.labels.jump(tokenLabel(text))} onClick={onJump}>
        <TokenText text={text} />
      </button>
      <span className={enough ? 'meter' : ''}>{enough && <i style={{ width: `${(100 * lift) / widest}%` }} />}</span>
      <span className="num lift">{enough ? fixed(lift, 1) : <span className="q">{'\u2013'}</span>}</span>
      <span className="num q">
        {count}/{ofLabel}
      </span>
    </div>
  );
}

/** Lift of one label, where there are tokens enough to say so. */
export function knownLift(labelled: Labelled<unknown>, expert: number, label: number): number | undefined {
  const found = association(labelled.table, expert, label);
  return found.enough ? found.lift : undefined;
}
