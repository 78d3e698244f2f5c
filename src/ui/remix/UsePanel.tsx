import { useState } from 'react';
import { fixed } from '../../base/numerals';
import type { DataTable } from '../../base/table';
import type { ExpertUse } from '../../state/remix/expertUse';
import { ARMS } from '../../state/remix/types';
import { strings } from '../../state/strings';
import { useAppState } from '../context';
import { Panel } from '../Panel';
import { useSize } from '../useSize';
import { ChoiceField } from './ChoiceField';
import { UseChart, type UseRow } from './UseChart';

/** Which experts are inside the cut at the last token, before and after, over the questions of the benchmark. */
export function UsePanel() {
  const use = useAppState((state) => state.remix.bench.use);
  const [chosen, setArm] = useState<string>();
  const { ref, width } = useSize<HTMLDivElement>();
  const text = strings.remixFigures.use;
  const arms = ARMS.filter((arm) => use[arm] !== undefined);
  const arm = arms.find((one) => one === chosen) ?? arms.find((one) => one === 'ngd') ?? arms[0];
  const shown = arm === undefined ? undefined : use[arm];
  const rows = shown === undefined ? [] : rowsInUse(shown);
  const say = shown === undefined ? '' : text.say(shown.questions, rows.length, fixed(inUse(rows, 'before'), 1), fixed(inUse(rows, 'after'), 1));
  const table = (): DataTable => ({ columns: text.columns.map((name) => ({ name })), rows: arms.flatMap((one) => rowsInUse(use[one]).flatMap(({ layer, before, after }) => before.map((count, e) => [strings.remix.bench.arm[one], layer, e, count, after[e]]))) });
  return (
    <Panel
      id="remix-use"
      className="p-use"
      title={text.title}
      formula={text.formula}
      n={shown === undefined ? '' : String(shown.questions)}
      tools={arm !== undefined && arms.length > 1 && <ChoiceField label="" long={text.arm} value={arm} options={arms} name={(one) => strings.remix.bench.arm[one]} onChoose={setArm} />}
      table={rows.length === 0 ? undefined : table}
    >
      <div ref={ref}>{rows.length === 0 ? <p className="nothing">{text.empty}</p> : width > 0 && <UseChart rows={rows} width={width} label={say} />}</div>
      {rows.length > 0 && (
        <>
          <div className="keys" aria-hidden="true">
            <span>
              <i className="key-was" />
              {text.before}
            </span>
            <span>
              <i className="armkey" />
              {text.after}
            </span>
          </div>
          <p className="rsay">{say}</p>
        </>
      )}
    </Panel>
  );
}

/** Rows of a count, a layer each. */
export function rowsInUse(use: ExpertUse | undefined): readonly UseRow[] {
  if (use === undefined) return [];
  const experts = use.before.length / use.layers.length;
  return use.layers.map((layer, c) => ({ layer, before: use.before.slice(c * experts, (c + 1) * experts), after: use.after.slice(c * experts, (c + 1) * experts) }));
}

/** Experts that were chosen at least once, mean over layers. */
function inUse(rows: readonly UseRow[], side: 'before' | 'after'): number {
  return rows.reduce((sum, row) => sum + row[side].filter((count) => count > 0).length, 0) / rows.length;
}
