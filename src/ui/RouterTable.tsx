import { expertOrder, type LayerView } from '../state/layerView';
import { useState } from 'react';
import { strings } from '../state/strings';
import { formatShare } from '../viz/format';
import { CutRow } from './edits/CutRow';
import { ExpertRow } from './edits/ExpertRow';
import { ExpertTools, ScopeChoice, useToolExpert } from './edits/ExpertTools';
import { useLayerBefore, useWantedRule } from './edits/useEditing';

const COLUMNS = 7;
/** Switched-off experts that are listed without asking for all. */
const OFF_ROWS = 2;

/** Chosen experts above the dashed cut, the runners-up and what is switched off below it, and the tools that change them. */
export function RouterTable({ view, below, tools = true }: { readonly view: LayerView; readonly below: number; readonly tools?: boolean }) {
  const [all, setAll] = useState(false);
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
  const sum = (values: Iterable<number>): string => {
    const total = [...values].reduce((a, b) => a + b, 0);
    return Number.isNaN(total) ? '\u2013' : total.toFixed(3);
  };
  const mixSum = sum(view.mix);
  return (
    <>
      <div className={all ? 'router-scroll' : undefined} {...(all ? { tabIndex: 0, role: 'group', 'aria-label': text.title } : {})}>
        <table className="router">
          <thead>
            <tr>
              <th>
                <span className="vh">{text.columns.slot}</span>
              </th>
              <th>{text.columns.expert}</th>
              <th className="num">{text.columns.logit}</th>
              <th className="bars">{text.columns.softmax}</th>
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
            {chosen.map((expert, rank) => (
              <ExpertRow key={expert} view={view} before={before} expert={expert} rank={rank} picked={tools && expert === picked} bias={rule?.bias[expert] ?? 0} />
            ))}
            <CutRow view={view} rule={rule} columns={COLUMNS} />
            {shown.map((expert) => (
              <ExpertRow key={expert} view={view} before={before} expert={expert} rank={-1} picked={tools && expert === picked} bias={rule?.bias[expert] ?? 0} />
            ))}
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
