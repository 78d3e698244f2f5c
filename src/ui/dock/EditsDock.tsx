import { useMemo, useState } from 'react';
import { fixed } from '../../base/numerals';
import type { DataTable } from '../../base/table';
import { moveEdit, redoEdit, removeEdits, resetEdits, toggleEdit, undoEdit } from '../../state/editActions';
import { planOf } from '../../state/editPlan';
import { enabledEdits, type Edit, type Effect } from '../../state/edits';
import { effectBetween, effectPlace, sameEdits } from '../../state/effect';
import { continuations } from '../../state/nextPair';
import { copyText, shareLink } from '../../state/share';
import { strings } from '../../state/strings';
import type { Trace } from '../../trace/trace';
import { inUnit } from '../../viz/format';
import { tokenLabel } from '../../viz/tokenMarks';
import { useApp, useAppState } from '../context';
import { editLine, editScope, editWhat } from '../edits/editText';
import { Panel } from '../Panel';

/** The ordered list of interventions with what each did, and the text before and after. */
export default function EditsDock() {
  return (
    <div className="dock-cols two edits-dock">
      <EditLog />
      <Texts />
    </div>
  );
}

function useUnitText(): (nats: number) => string {
  const unit = useAppState((state) => state.view.unit);
  return (nats) => fixed(inUnit(nats, unit), 2);
}

function logTable(list: readonly Edit[], effects: Readonly<Record<string, Effect>>): DataTable {
  const text = strings.edits.panel.columns;
  return {
    columns: [{ name: text.on }, { name: text.edit }, { name: text.scope }, { name: text.at }, { name: text.hBefore, decimals: 3 }, { name: text.hAfter, decimals: 3 }, { name: text.topBefore }, { name: text.topAfter }, { name: text.kl('nats'), decimals: 4 }],
    rows: list.map((edit) => {
      const effect = effects[edit.id];
      return [edit.enabled ? strings.edits.panel.yes : '', editWhat(edit), editScope(edit), effect === undefined ? undefined : effect.token + 1, effect?.entropy[0], effect?.entropy[1], effect?.top[0], effect?.top[1], effect?.klNats];
    }),
  };
}

function EditLog() {
  const app = useApp();
  const { list, effects, undo, redo, held } = useAppState((state) => state.edits);
  const unit = useAppState((state) => state.view.unit);
  const baseline = useAppState((state) => state.traces.baseline);
  const current = useAppState((state) => state.traces.current);
  const text = strings.edits.panel;
  const on = enabledEdits(list);
  const total = useMemo(
    () => (baseline === undefined || current === undefined || held !== baseline ? undefined : effectBetween(baseline, current, effectPlace(baseline.trace, 0), [])),
    [baseline, current, held],
  );
  return (
    <Panel id="edits" title={strings.edits.title} formula={strings.edits.formula} n={list.length === 0 ? '' : text.n(on.length, list.length)} table={list.length === 0 ? undefined : () => logTable(list, effects)}>
      {list.length === 0 ? (
        <p className="nothing">{text.empty}</p>
      ) : (
        <table className="edit-log">
          <thead>
            <tr>
              <th>{text.columns.on}</th>
              <th>{text.columns.edit}</th>
              <th className="num">{text.columns.at}</th>
              <th className="num">{text.columns.h(unit)}</th>
              <th className="num">{text.columns.top}</th>
              <th className="num">{text.columns.kl(unit)}</th>
              <th className="num">{text.columns.order}</th>
            </tr>
          </thead>
          <tbody>
            {list.map((edit, i) => (
              <LogRow key={edit.id} edit={edit} effect={effects[edit.id]} beside={on.filter((other) => other !== edit)} first={i === 0} last={i === list.length - 1} />
            ))}
            {on.length > 1 && total !== undefined && (
              <tr className="total">
                <td />
                <td>{text.together}</td>
                <EffectCells effect={total} />
                <td />
              </tr>
            )}
          </tbody>
        </table>
      )}
      <div className="foot edit-acts" data-chrome="">
        <span>
          <button type="button" className="link" aria-label={strings.edits.undoLong} disabled={undo.length === 0} onClick={() => undoEdit(app)}>
            {strings.edits.undo}
          </button>
          <button type="button" className="link" aria-label={strings.edits.redoLong} disabled={redo.length === 0} onClick={() => redoEdit(app)}>
            {strings.edits.redo}
          </button>
          <button type="button" className="link" disabled={list.length === 0} onClick={() => resetEdits(app)}>
            {text.clear}
          </button>
        </span>
        <Copies />
      </div>
      {list.length > 0 && <p className="ax">{text.note}</p>}
    </Panel>
  );
}

function LogRow({ edit, effect, beside, first, last }: { readonly edit: Edit; readonly effect: Effect | undefined; readonly beside: readonly Edit[]; readonly first: boolean; readonly last: boolean }) {
  const app = useApp();
  const names = useAppState((state) => state.traces.current?.trace.tokens.names);
  const text = strings.edits.panel;
  const what = editLine(edit, names);
  const outdated = effect !== undefined && !sameEdits(effect.beside, beside);
  return (
    <tr className={edit.enabled ? undefined : 'is-off'} data-edit={edit.id}>
      <td>
        <input type="checkbox" aria-label={text.toggle(what)} checked={edit.enabled} onChange={() => toggleEdit(app, edit.id)} />
      </td>
      <td className="what">
        <bdi>{what}</bdi>
        {effect !== undefined && (
          <span className="q" title={outdated ? text.outdated : undefined}>
            {text.beside(effect.beside.length)}
            {outdated && ' *'}
          </span>
        )}
      </td>
      {effect === undefined ? (
        <td className="num q" colSpan={4}>
          {text.notMeasured}
        </td>
      ) : (
        <EffectCells effect={effect} />
      )}
      <td className="num order">
        <button type="button" className="act" aria-label={text.up(what)} disabled={first} onClick={() => moveEdit(app, edit.id, -1)}>
          {'\u2191'}
        </button>
        <button type="button" className="act" aria-label={text.down(what)} disabled={last} onClick={() => moveEdit(app, edit.id, 1)}>
          {'\u2193'}
        </button>
        <button type="button" className="link" aria-label={text.remove(what)} onClick={() => removeEdits(app, (other) => other.id === edit.id)}>
          {text.removeShort}
        </button>
      </td>
    </tr>
  );
}

function EffectCells({ effect }: { readonly effect: Effect }) {
  const shown = useUnitText();
  const [before, after] = effect.top;
  return (
    <>
      <td className="num q">{effect.token + 1}</td>
      <td className="num">
        {shown(effect.entropy[0])} {'\u2192'} <b className="b">{shown(effect.entropy[1])}</b>
      </td>
      <td className="num">
        <bdi>
          {tokenLabel(before)} {'\u2192'} <b className="b">{tokenLabel(after)}</b>
        </bdi>
      </td>
      <td className="num">{effect.exact ? shown(effect.klNats) : `\u2265 ${shown(effect.klNats)}`}</td>
    </>
  );
}

/** The list as a link and as a plan for the command line. */
function Copies() {
  const app = useApp();
  const [copied, setCopied] = useState('');
  const list = useAppState((state) => state.edits.list);
  const text = strings.edits.panel;
  const copy = async (what: string, make: () => string | Promise<string>): Promise<void> => {
    setCopied((await copyText(await make())) ? what : '');
  };
  const plan = (): string => {
    const { traces } = app.store.getState();
    const trace = (traces.baseline ?? traces.current)?.trace;
    return trace === undefined ? '' : JSON.stringify(planOf(list, trace.model, trace.run.plan), undefined, 2);
  };
  if (list.length === 0) return null;
  return (
    <span>
      <button type="button" className="link" onClick={() => void copy('link', () => shareLink(app))}>
        {copied === 'link' ? text.copied : text.copyLink}
      </button>
      <button type="button" className="link" title={text.plan} onClick={() => void copy('plan', plan)}>
        {copied === 'plan' ? text.copied : text.copyPlan}
      </button>
    </span>
  );
}

/** How the text went on before, and how it goes on with the edits. */
function Texts() {
  const before = useAppState((state) => state.traces.baseline?.trace);
  const now = useAppState((state) => state.traces.current?.trace);
  const text = strings.edits.panel;
  return (
    <Panel id="continuations" title={text.texts} formula={text.textsFormula} n="" table={before === undefined || now === undefined ? undefined : () => textTable(before, now)}>
      {before === undefined || now === undefined ? <p className="nothing">{text.noTexts}</p> : <BothTexts before={before} now={now} />}
    </Panel>
  );
}

function textTable(before: Trace, now: Trace): DataTable {
  const from = now.run.promptTokens;
  const { before: a, now: b } = continuations(now, before, from);
  return { columns: [{ name: strings.dock.columns.position }, { name: strings.edits.next.before }, { name: strings.edits.next.columns.now }], rows: Array.from({ length: Math.max(a.length, b.length) }, (_, i) => [from + i + 1, a[i], b[i]]) };
}

function BothTexts({ before, now }: { readonly before: Trace; readonly now: Trace }) {
  const { before: a, now: b, differ } = useMemo(() => continuations(now, before, now.run.promptTokens), [now, before]);
  const text = strings.edits;
  return (
    <dl className="both-texts">
      <dt>{text.next.before}</dt>
      <dd data-text="before">
        <bdi>{a.join('')}</bdi>
      </dd>
      <dt>{text.next.columns.now}</dt>
      <dd data-text="now">
        <bdi>
          {differ === undefined ? (
            b.join('')
          ) : (
            <>
              {b.slice(0, differ).join('')}
              <mark>{b.slice(differ).join('')}</mark>
            </>
          )}
        </bdi>
      </dd>
      <dd className="q">{differ === undefined ? text.next.same : text.panel.differ(now.run.promptTokens + differ + 1)}</dd>
    </dl>
  );
}
