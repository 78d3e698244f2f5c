import { fixed } from '../base/numerals';
import { expertOrder, type LayerView } from '../state/layerView';
import { useState } from 'react';
import { strings } from '../state/strings';
import { formatShare } from '../viz/format';
import { CutRow } from './edits/CutRow';
import { ExpertRow } from './edits/ExpertRow';
import { ExpertTools, ScopeChoice, useToolExpert } from './edits/ExpertTools';
import { useLayerBefore, useWantedRule } from './edits/useEditing';
import { useHidden } from './useHidden';

const COLUMNS = 7;
/** Switched-off experts that are listed without asking for all. */
const OFF_ROWS = 2;

/** Chosen experts above the dashed cut, the runners-up and what is switched off below it, and the tools that change them. */
export function RouterTable({ view, below, tools: wanted = true }: { readonly view: LayerView; readonly below: number; readonly tools?: boolean }) {
  const [all, setAll] = useState(false);
  const [byId, setById] = useState(false);
  const locked = useHidden('edits');
  const tools = wanted && !locked;
  const text = strings.router;
  const before = useLayerBefore(view);
  const rule = useWantedRule(view);
  const picked = useToolExpert(view);
  const order = expertOrder(view);
  const chosen = order.slice(0, view.chosen.length);
  const rest = order.slice(view.chosen.length);
  const off = rest.filter((expert) => view.masked[expert]);
  const idle = rest.filter((expert) => !view.masked[expert]);
  const shownOff = all ? off : off.slice(0, OFF_ROWS);
  const shown = [...(all ? idle : idle.slice(0, Math.max(0, below - Math.min(shownOff.length, 1)))), ...shownOff];
  const inOrder = all && byId;
  const sum = (values: Iterable<number>): string => {
    const total = [...values].reduce((a, b) => a + b, 0);
    return Number.isNaN(total) ? '\u2013' : fixed(total, 3);
  };
  const mixSum = sum(view.mix);
  const [above, under] = inOrder ? [Array.from({ length: view.experts }, (_, expert) => expert), []] : [chosen, shown];
  const row = (expert: number) => (
    <ExpertRow key={expert} view={view} before={before} expert={expert} rank={chosen.indexOf(expert)} picked={tools && expert === picked} fixed={locked} bias={rule?.bias[expert] ?? 0} />
  );
  return (
    <>
      <div className={all ? 'router-scroll' : undefined} {...(all ? { tabIndex: 0, role: 'group', 'aria-label': text.title } : {})}>
        <table className="router">
          <thead>
            <tr>
              <th>
                <span className="vh">{text.columns.slot}</span>
              </th>
              <th aria-sort={inOrder ? 'ascending' : undefined}>{all ? <Sort on={inOrder} name={text.columns.expert} long={text.sortId} onSort={() => setById(true)} /> : text.columns.expert}</th>
              <th className="num">{text.columns.logit}</th>
              <th className="bars" aria-sort={all && !byId ? 'descending' : undefined}>
                {all ? <Sort on={!byId} name={text.columns.softmax} long={text.sortRank} onSort={() => setById(false)} /> : text.columns.softmax}
              </th>
              <th>
                <span className="vh">{text.columns.share}</span>
              </th>
              <th className="num">{text.columns.mix}</th>
              <th className="num all" data-chrome="">
                {rest.length > shown.length || all ? (
                  <button type="button" className="link" aria-label={all ? text.showFew : text.showAll(view.experts)} onClick={() => setAll(!all)}>
                    {all ? text.showFew : text.showAll(view.experts)}
                  </button>
                ) : (
                  <span className="vh">{strings.edits.router.off}</span>
                )}
              </th>
            </tr>
          </thead>
          <tbody>
            {above.map(row)}
            {/* In the order of ids the chosen ones stand among the others, so the cut closes the list. */}
            {!inOrder && <CutRow view={view} rule={rule} columns={COLUMNS} fixed={locked} />}
            {under.map(row)}
            {inOrder && <CutRow view={view} rule={rule} columns={COLUMNS} fixed={locked} />}
          </tbody>
        </table>
      </div>
      <div className="foot">
        <span className="miss">{view.missed === undefined ? '' : text.missed(view.missed.expert, formatShare(Math.max(0, view.missed.by), 3))}</span>
        <span className="q" title={text.sumsHint}>
          {view.full ? text.sums(sum(view.gate), mixSum) : view.mix.some(Number.isNaN) ? strings.traces.noMix : text.sumMix(mixSum)}
        </span>
      </div>
      {tools && (
        <>
          <ExpertTools view={view} rule={rule} />
          <ScopeChoice />
        </>
      )}
    </>
  );
}

/** A head that sorts by its column. */
function Sort({ on, name, long, onSort }: { readonly on: boolean; readonly name: string; readonly long: string; readonly onSort: () => void }) {
  return (
    <button type="button" className={on ? 'link sort on' : 'link sort'} aria-label={long} title={long} onClick={onSort}>
      {name}
    </button>
  );
}
