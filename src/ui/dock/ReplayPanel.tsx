import { useState } from 'react';
import type { DataTable } from '../../base/table';
import { forceReplay, openForced, type ForcedReplay, type Replayed } from '../../state/forceReplay';
import { traceKey } from '../../state/openTraces';
import type { OpenTrace } from '../../state/state';
import { strings } from '../../state/strings';
import { formatSmall } from '../../viz/format';
import { useApp, useAppState } from '../context';
import { FactsList } from '../FactsList';
import { Panel } from '../Panel';

/** What was found, until another trace is on the page. */
const found = new WeakMap<OpenTrace['trace'], Replayed>();

/** View-replay draws the trace; force-replay runs the model with its experts and reports how far the router disagrees. */
export function ReplayPanel({ open }: { readonly open: OpenTrace }) {
  const app = useApp();
  const text = strings.traces.replay;
  const idle = useAppState((state) => state.run.status === 'idle');
  const [replayed, setReplayed] = useState(found.get(open.trace));
  const report = replayed?.report;
  const [force, setForce] = useState(report !== undefined);
  const [fault, setFault] = useState('');
  const [running, setRunning] = useState(false);

  const run = async (): Promise<void> => {
    setFault('');
    setRunning(true);
    const outcome = await forceReplay(app);
    setRunning(false);
    if (outcome === undefined) return;
    if ('fault' in outcome) setFault(outcome.fault);
    else {
      found.set(open.trace, outcome.result);
      setReplayed(outcome.result);
    }
  };

  return (
    <Panel id="trace-replay" title={text.title} formula={text.formula} n={force && report !== undefined ? text.of(report.n, report.of) : ''} table={force && report !== undefined ? () => replayTable(report) : undefined}>
      <div className="seg" role="group" aria-label={text.mode}>
        {([false, true] as const).map((mode) => (
          <button key={String(mode)} type="button" aria-pressed={force === mode} onClick={() => setForce(mode)}>
            {mode ? text.force : text.view}
          </button>
        ))}
      </div>
      <p className="ax label-note">{force ? text.forceNote : text.viewNote}</p>
      {force && (
        <>
          <button type="button" className="btn" disabled={running || !idle} onClick={() => void run()}>
            {running ? text.running : text.run}
          </button>
          <p role="status" className="label-note">
            {fault}
          </p>
          {report !== undefined && <Report report={report} />}
          {replayed?.trace !== undefined && <AsOther trace={replayed.trace} />}
        </>
      )}
    </Panel>
  );
}

/** Puts the run with the recorded experts beside the recorded one. */
function AsOther({ trace }: { readonly trace: OpenTrace['trace'] }) {
  const app = useApp();
  const text = strings.traces.replay;
  const isOther = useAppState(({ traces }) => traces.other !== undefined && traceKey(traces.other) === traceKey({ trace, origin: 'live', name: '' }));
  return (
    <button type="button" className="btn" aria-pressed={isOther} disabled={isOther} onClick={() => openForced(app, trace)}>
      {isOther ? text.isB : text.openAsB}
    </button>
  );
}

function replayTable({ layers, ownByLayer, freeByLayer }: ForcedReplay): DataTable {
  const text = strings.traces.replay;
  return { columns: [{ name: text.layer }, { name: text.ownColumn, decimals: 4 }, { name: text.freeColumn, decimals: 4 }], rows: layers.map((layer, row) => [layer, ownByLayer[row], freeByLayer[row]]) };
}

function Report({ report }: { readonly report: ForcedReplay }) {
  const text = strings.traces.replay;
  const { n, own, free, meanKlNats, largestKlNats, topChanged, recordedTopChanged, entropyGapNats, otherWeights } = report;
  const recorded = text.recordedValue(recordedTopChanged, n, entropyGapNats === undefined ? undefined : formatSmall(entropyGapNats));
  return (
    <>
      <FactsList
        facts={[
          [text.own, text.percent(own)],
          [text.free, text.percent(free)],
          [text.kl, text.klValue(formatSmall(meanKlNats), formatSmall(largestKlNats))],
          [text.top, text.topValue(topChanged, n)],
          ...(recorded === '' ? [] : [[text.recorded, recorded] as const]),
        ]}
      />
      {otherWeights && <p className="ax label-note">{text.otherWeights}</p>}
    </>
  );
}
