import { useMemo, useState } from 'react';
import type { DataTable } from '../../base/table';
import { patch } from '../../state/app';
import { chooseOther } from '../../state/compare';
import { closeOpen, traceKey } from '../../state/openTraces';
import { copyText, exportFile, runText, traceBytes } from '../../state/share';
import type { OpenTrace } from '../../state/state';
import { strings } from '../../state/strings';
import '../../state/strings/late';
import { showOpen } from '../../state/traces';
import { formatBytes } from '../../viz/format';
import { useApp, useAppState } from '../context';
import { FactsList } from '../FactsList';
import { OpenButton } from '../OpenButton';
import { Part } from '../Part';
import { Panel } from '../Panel';
import { KernelTimes } from './KernelTimes';
import { ReplayPanel } from './ReplayPanel';
import { TraceFields } from './TraceFields';
import { traceFacts } from './traceFacts';

/** What is open: where it comes from, what it holds, how it leaves the page, and what else is at hand. */
export default function TraceDock() {
  const open = useAppState((state) => state.traces.current);
  if (open === undefined) return <p className="nothing">{strings.share.nothing}</p>;
  return (
    <div className="trace-rows">
      <div className="dock-cols">
        <FactsPanel open={open} />
        <OpenList />
        <Part id="share">
          <ExportPanel open={open} />
        </Part>
      </div>
      <div className="dock-cols two">
        <TraceFields open={open} />
        <ReplayPanel key={traceKey(open)} open={open} />
      </div>
    </div>
  );
}

function factTable(facts: readonly (readonly [string, string])[]): DataTable {
  return { columns: [{ name: strings.dock.trace.fact }, { name: strings.dock.trace.value }], rows: facts };
}

function FactsPanel({ open }: { readonly open: OpenTrace }) {
  const text = strings.dock.trace;
  const last = useAppState(({ run }) => (open.origin === 'live' && run.status === 'idle' ? run.last : undefined));
  const facts = useMemo(() => traceFacts(open, last), [open, last]);
  return (
    <Panel id="trace" title={text.title} formula={text.formula} n={strings.dock.n.tokens(open.trace.tokens.ids.length)} table={() => factTable(facts)}>
      <FactsList facts={facts} />
    </Panel>
  );
}

function originOf({ origin, name }: OpenTrace): string {
  return origin === 'file' ? strings.sentence.fromFile(name) : origin === 'live' ? strings.sentence.live : strings.sentence.recorded;
}

/** All traces that the page holds: show one, close it, or choose it as B of a comparison. */
function OpenList() {
  const app = useApp();
  const text = strings.dock.trace;
  const list = useAppState((state) => state.traces.open);
  const current = useAppState((state) => state.traces.current);
  const other = useAppState((state) => state.traces.other);
  const shown = current === undefined ? '' : traceKey(current);
  const compared = other === undefined ? '' : traceKey(other);
  return (
    <Panel
      id="traces"
      title={text.open}
      formula={text.openFormula}
      n={text.traces(list.length)}
      table={() => ({ columns: [{ name: text.facts.title }, { name: text.facts.origin }, { name: text.facts.tokens }, { name: text.role }], rows: list.map((open) => [open.trace.title, originOf(open), open.trace.tokens.ids.length, traceKey(open) === shown ? 'A' : traceKey(open) === compared ? 'B' : '']) })}
      tools={
        <Part id="open">
          <OpenButton className="link" />
        </Part>
      }
    >
      <ul className="open-list">
        {list.map((open) => {
          const key = traceKey(open);
          const isShown = key === shown;
          const isOther = key === compared;
          const { tokens } = open.trace;
          const title = strings.names.example(open.trace.title);
          return (
            <li key={key} className={isShown ? 'on' : undefined}>
              <button type="button" className="plain name" aria-pressed={isShown} aria-label={text.show(title)} onClick={() => showOpen(app, open)}>
                <b className="b">
                  <bdi>{title}</bdi>
                </b>
                <span className="ax">
                  {strings.dock.n.tokens(tokens.ids.length)}, {originOf(open)}
                </span>
              </button>
              {isShown ? (
                <span className="ax">{text.shown}</span>
              ) : (
                <>
                  <button type="button" className="link" aria-pressed={isOther} aria-label={text.asOther(title)} onClick={() => chooseOther(app, isOther ? undefined : open)}>
                    {isOther ? text.isOther : text.chooseOther}
                  </button>
                  <button type="button" className="link" aria-label={text.close(title)} onClick={() => closeOpen(app, open)}>
                    {strings.close}
                  </button>
                </>
              )}
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}

/** Every way in which this run can leave the page. */
function ExportPanel({ open }: { readonly open: OpenTrace }) {
  const app = useApp();
  const text = strings.dock.trace;
  const [withoutPrompt, setWithoutPrompt] = useState(false);
  const [withLogits, setWithLogits] = useState(false);
  const [copied, setCopied] = useState(false);
  const { trace } = open;
  const bytes = useMemo(() => traceBytes(trace), [trace]);
  return (
    <Panel id="trace-export" title={text.export} formula={text.exportFormula} n="" head={<span className="ax of">{formatBytes(bytes)}</span>} table={undefined}>
      <div className="export-list">
        <label>
          <input type="checkbox" checked={withoutPrompt} onChange={(event) => setWithoutPrompt(event.target.checked)} />
          {strings.share.withoutPrompt}
        </label>
        {trace.output.logits !== undefined && (
          <label>
            <input type="checkbox" checked={withLogits} onChange={(event) => setWithLogits(event.target.checked)} />
            {strings.share.withLogits}
          </label>
        )}
        <button type="button" className="btn solid" onClick={() => exportFile(app, { withoutPrompt, withLogits })}>
          {strings.share.exportTrace}
        </button>
        <button
          type="button"
          className="btn"
          onClick={() => {
            void copyText(runText(trace)).then(setCopied);
          }}
        >
          {copied ? strings.share.copied : strings.share.copyText}
        </button>
        <button type="button" className="btn" onClick={() => patch(app, 'view', { dialog: 'share' })}>
          {text.link}
        </button>
        <KernelTimes />
      </div>
      <p className="ax label-note">{text.exportNote}</p>
    </Panel>
  );
}
