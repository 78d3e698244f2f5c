import { fixed } from '../../base/numerals';
import { COLLABORATION_ID, collaborationOf, type CollaborationRecord } from '../../state/entropy/record';
import { PARTS, type CostPart } from '../../state/entropy/types';
import { timeAlone } from '../../state/entropy/alone';
import type { DataTable } from '../../base/table';
import { strings } from '../../state/strings';
import type { Trace } from '../../trace/trace';
import { useApp, useAppState } from '../context';
import { percent } from '../model/Interval';
import { Panel } from '../Panel';
import { useSize } from '../useSize';
import { partShares, TimeBar } from './TimeBar';
import type { Handover } from './useHandover';

/** Milliseconds as a visitor reads them. */
export function duration(ms: number): string {
  const { seconds, milliseconds } = strings.entropy.time;
  return ms >= 1000 ? seconds(fixed(ms / 1000, 1)) : milliseconds(fixed(ms, 0));
}

function total(record: CollaborationRecord, of: 'ms' | 'flops'): number {
  return PARTS.reduce((sum, part) => sum + record.costs[part][of], 0);
}

/** Where the time of the run on the page went, beside what the large model alone would take. */
export function TimePanel({ trace, handover }: { readonly trace: Trace; readonly handover: Handover }) {
  const app = useApp();
  const record = collaborationOf(trace);
  const alone = useAppState((state) => state.entropy.alone);
  const live = useAppState((state) => state.session.phase === 'ready');
  const idle = useAppState((state) => state.run.status === 'idle');
  const text = strings.entropy.time;
  const shipped = handover.now?.time;
  const whole = handover.entropy.at(-1)?.time;
  if ((record === undefined || total(record, 'ms') === 0) && shipped !== undefined && whole !== undefined) {
    const [now, large] = [shipped, whole].map((time) => PARTS.reduce((sum, part) => sum + time[part], 0));
    return (
      <Panel id="entropy-time" className="p-time" title={text.title} formula={text.formula} n="" table={() => sharesTable(shipped)} head={<></>}>
        <p className="ax ent-was">{text.question(duration(now ?? 0), duration(large ?? 0))}</p>
        <Bar parts={shipped} label={spoken(shipped)} />
      </Panel>
    );
  }
  if (record === undefined || total(record, 'ms') === 0) {
    return (
      <Panel id="entropy-time" className="p-time" title={text.title} formula={text.formula} n="" table={undefined}>
        <p className="nothing">{text.none}</p>
      </Panel>
    );
  }
  const ms = total(record, 'ms');
  const parts = Object.fromEntries(PARTS.map((part) => [part, record.costs[part].ms])) as Record<CostPart, number>;
  const known = alone !== undefined && alone.prompt === trace.run.prompt ? alone : undefined;
  return (
    <Panel id="entropy-time" className="p-time" title={text.title} formula={text.formula} n="" table={() => timeTable(record)} head={<></>}>
      <p className="ax ent-was" data-ms={ms.toFixed(1)}>
        {known === undefined ? duration(ms) : text.was(duration(ms), duration(known.ms))}
      </p>
      <Bar parts={parts} label={spoken(parts)} />
      <div className="foot wrap-foot start">
        {known !== undefined && <span>{text.flops(percent(total(record, 'flops') / known.flops))}</span>}
        {known === undefined && trace.run.method?.id === COLLABORATION_ID && live && (
          <button type="button" className="link" disabled={!idle} onClick={() => void timeAlone(app, trace.run.prompt ?? '')}>
            {text.measure}
          </button>
        )}
      </div>
    </Panel>
  );
}

function spoken(parts: Readonly<Record<CostPart, number>>): string {
  const text = strings.entropy.time;
  return text.spoken(
    partShares(parts)
      .map(({ part, share }) => `${text.part[part]} ${percent(share)}`)
      .join(', '),
  );
}

function sharesTable(parts: Readonly<Record<CostPart, number>>): DataTable {
  const [part, , ms] = strings.entropy.time.columns;
  return { columns: [{ name: part }, { name: ms, decimals: 1 }], rows: PARTS.map((one) => [strings.entropy.time.part[one], parts[one]]) };
}

function Bar({ parts, label }: { readonly parts: Readonly<Record<CostPart, number>>; readonly label: string }) {
  const { ref, width } = useSize<HTMLDivElement>();
  return <div ref={ref}>{width > 0 && <TimeBar parts={parts} width={width} label={label} />}</div>;
}

function timeTable({ costs }: CollaborationRecord): DataTable {
  const [part, tokens, ms, flops] = strings.entropy.time.columns;
  return { columns: [{ name: part }, { name: tokens }, { name: ms, decimals: 1 }, { name: flops }], rows: PARTS.map((one) => [strings.entropy.time.part[one], costs[one].tokens, costs[one].ms, costs[one].flops]) };
}
