import { useMemo, useState } from 'react';
import { fixed } from '../../base/numerals';
import type { DataTable } from '../../base/table';
import { effectView, type EffectView } from '../../state/remix/effectView';
import { nameTokens } from '../../state/remix/names';
import type { Question } from '../../state/remix/state';
import { strings } from '../../state/strings';
import { inUnit } from '../../viz/format';
import { useApp, useAppState } from '../context';
import { Panel } from '../Panel';
import { EffectRows, type EffectRow } from './EffectRows';

const VIEWS = ['options', 'next'] as const;

/** The options before and now, what changed, and what it cost. */
export function EffectPanel() {
  const app = useApp();
  const question = useAppState((state) => state.remix.question);
  const effect = useAppState((state) => state.remix.effect);
  const names = useAppState((state) => state.remix.names);
  const [view, setView] = useState<(typeof VIEWS)[number]>('options');
  const text = strings.remix.effect;
  const seen = useMemo(() => (question === undefined ? undefined : effectView(question, effect?.after.logits ?? question.before.logits)), [question, effect]);
  const rows = seen === undefined ? [] : view === 'options' ? optionRows(seen) : seen.next.map(({ id, before, after }, i): EffectRow => ({ key: String(id), name: names.get(id) ?? `#${id}`, before, after, win: i === 0 }));
  return (
    <Panel
      id="remix-effect"
      className="p-effect"
      title={text.title}
      formula={strings.dock.formula.options}
      n=""
      head={null}
      table={seen === undefined ? undefined : () => effectTable(seen, view, names)}
    >
      {seen === undefined || question === undefined ? (
        <p className="nothing">{text.empty}</p>
      ) : (
        <>
          <div className="dock-line reffect-line">
            <span className="seg" role="group" aria-label={text.view}>
              {VIEWS.map((name) => (
                <button
                  key={name}
                  type="button"
                  aria-pressed={name === view}
                  onClick={() => {
                    setView(name);
                    if (name === 'next') void nameTokens(app, seen.next.map(({ id }) => id));
                  }}
                >
                  {text[name]}
                </button>
              ))}
            </span>
            <span className="grow" />
            <span className="ax rkeys">
              <i className="key-was" />
              {text.before}
              <i className="key-now" />
              {text.now}
            </span>
          </div>
          <EffectRows rows={rows} label={text[view]} />
          <Figures view={seen} question={question} />
        </>
      )}
    </Panel>
  );
}

function optionRows(view: EffectView): readonly EffectRow[] {
  const text = strings.remix.effect;
  return [
    ...view.options.map(({ text: option, before, after, correct }, i): EffectRow => ({ key: option, name: option, before, after, win: i === 0, ...(correct ? { note: text.correct } : {}) })),
    { key: '', name: text.other, before: view.other.before, after: view.other.after, win: false, quiet: true },
  ];
}

/** Entropy, divergence, answer, loss and cost, a line each. */
function Figures({ view, question }: { readonly view: EffectView; readonly question: Question }) {
  const unit = useAppState((state) => state.view.unit);
  const effect = useAppState((state) => state.remix.effect);
  const run = useAppState((state) => state.remix.run);
  const text = strings.remix.effect;
  const { options } = question.item;
  const [was, is] = [options[view.answer.before]?.trim() ?? '', options[view.answer.after]?.trim() ?? ''];
  const inIt = (nats: number): string => fixed(inUnit(nats, unit), 2);
  const [before, after] = text.top(was, is);
  const [h, from, arrow, to, end] = text.entropy(inIt(view.entropy.before), inIt(view.entropy.after), unit);
  const cost = run.phase === 'done' ? run.result : undefined;
  return (
    <>
      <div className="foot wrap-foot" aria-live="polite">
        <span>
          {h}
          {from}
          {arrow}
          <b className="b">{to}</b>
          {end}
        </span>
        <span>{text.kl(inIt(view.kl), unit)}</span>
        <span className="ranswer" data-changed={was !== is}>
          {was === is ? (
            text.same(was)
          ) : (
            <>
              {before}
              <b className="b">{after}</b>
            </>
          )}
        </span>
      </div>
      <div className="foot start col">
        {view.loss !== undefined && <span>{text.loss(fixed(view.loss.before, 3), fixed(view.loss.after, 3))}</span>}
        {effect !== undefined && <span data-cost="mix">{text.cost(text.passes(effect.passes), fixed(effect.milliseconds, 0))}</span>}
        {cost !== undefined && (
          <span data-cost="method">
            {text.methodCost(fixed(cost.relativeCost, 1), perQuestion(cost.cost.forward + cost.cost.preparation, cost), perQuestion(cost.cost.backward, cost), fixed(cost.cost.milliseconds / 1000, 1))}
          </span>
        )}
        {question.longOptions && <span>{text.first}</span>}
      </div>
    </>
  );
}

/** Work in passes over the whole question. */
function perQuestion(work: number, { cost, relativeCost }: { readonly cost: { readonly preparation: number; readonly forward: number; readonly backward: number }; readonly relativeCost: number }): string {
  const all = cost.preparation + cost.forward + cost.backward;
  return fixed(all > 0 ? (work / all) * relativeCost : 0, 1);
}

function effectTable(view: EffectView, which: (typeof VIEWS)[number], names: ReadonlyMap<number, string>): DataTable {
  const text = strings.remix.effect;
  if (which === 'next') {
    const [token, before, now] = text.nextColumns;
    return { columns: [{ name: token }, { name: before, decimals: 4 }, { name: now, decimals: 4 }], rows: view.next.map((row) => [names.get(row.id) ?? `#${row.id}`, row.before, row.after]) };
  }
  const [option, before, now, correct] = text.columns;
  return {
    columns: [{ name: option }, { name: before, decimals: 4 }, { name: now, decimals: 4 }, { name: correct }],
    rows: view.options.map((row) => [row.text, row.before, row.after, row.correct ? strings.remix.neighbours.yes : strings.remix.neighbours.no]),
  };
}

