import { useMemo } from 'react';
import { fixed } from '../../base/numerals';
import type { DataTable } from '../../base/table';
import { recordOf, type RemixRecord } from '../../state/remix/record';
import { takeRecord } from '../../state/remix/recall';
import { strings } from '../../state/strings';
import { formatShare } from '../../viz/format';
import { useApp, useAppState } from '../context';
import { FactsList } from '../FactsList';
import { Panel } from '../Panel';

/** What the open trace says about the re-mix that made it, and the way back onto the sliders. */
export function RecordPanel() {
  const app = useApp();
  const open = useAppState((state) => state.traces.current);
  const trace = open?.trace;
  const record = useMemo(() => (trace === undefined ? undefined : recordOf(trace)), [trace]);
  const live = useAppState((state) => state.session.phase === 'ready');
  // The run that the panel has just applied says nothing that is not on screen.
  if (record === undefined || open?.origin === 'live') return null;
  const text = strings.remix.record;
  const facts = recordFacts(record);
  return (
    <Panel
      id="remix-record"
      className="p-record"
      title={text.title}
      formula={text.formula}
      n=""
      tools={
        <button type="button" className="link" title={text.takeHint} disabled={!live} onClick={() => void takeRecord(app, record)}>
          {text.take}
        </button>
      }
      table={() => recordTable(record)}
    >
      <FactsList facts={facts} />
    </Panel>
  );
}

/** The record in words, what matters most first. */
export function recordFacts(record: RemixRecord): readonly (readonly [name: string, value: string])[] {
  const text = strings.remix;
  const { item, settings, steps, options } = record;
  const ends = (kind: 'surrogate' | 'truth'): string | undefined => {
    const values = steps.flatMap((step) => step[kind] ?? []);
    return values.length === 0 ? undefined : text.record.change(fixed(values[0] ?? 0, 3), fixed(values.at(-1) ?? 0, 3));
  };
  const facts: readonly (readonly [string, string | undefined])[] = [
    [text.record.question, item.prompt],
    [text.record.answer, item.answer?.trim()],
    [text.record.method, text.control.methods[settings.method]],
    [text.record.layers, record.layers.join(', ')],
    [text.record.mix, text.mix.preset[record.source] + (record.keep > 0 ? text.record.kept(formatShare(record.keep)) : '')],
    [text.record.neighbours, record.neighbours.map(({ prompt, weight }) => text.record.neighbour(formatShare(weight), prompt)).join('; ')],
    ...options.map((option) => [text.record.option(option.text), text.record.change(formatShare(option.before, 3), formatShare(option.after, 3))] as const),
    [text.record.losses, ends('surrogate')],
    [text.record.truth, ends('truth')],
    [text.record.cost, record.relativeCost === undefined ? undefined : text.record.passes(fixed(record.relativeCost, 1))],
  ];
  return facts.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, value] as const]));
}

function recordTable(record: RemixRecord): DataTable {
  const [parameter, value] = strings.remix.record.columns;
  const settings = Object.entries(record.settings).map(([name, one]): readonly [string, string] => [name, typeof one === 'object' ? JSON.stringify(one) : String(one)]);
  return { columns: [{ name: parameter }, { name: value }], rows: [...recordFacts(record), ...settings].map(([name, one]) => [name, one]) };
}
