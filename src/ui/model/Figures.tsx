import type { ReactNode } from 'react';
import type { DataTable } from '../../base/table';
import type { ReadReport } from '../../state/modelReport';
import { strings } from '../../state/strings';
import { formatCount } from '../../viz/format';
import { useAppState } from '../context';
import { Panel } from '../Panel';
import { useSize } from '../useSize';
import { BalanceChart, balanceSentence } from './BalanceChart';
import { BitsChart, bitsSentence } from './BitsChart';
import { FamiliesChart, familiesSentence } from './FamiliesChart';
import { BitsKeys, FamilyKeys, SpecialisationKeys } from './Keys';
import { Cite } from './Cite';
import { Provenance } from './Provenance';
import { SpecialisationChart, specialisationSentence } from './SpecialisationChart';
import { SummaryChart, summaryRows, summarySentence } from './SummaryChart';
import { SweepChart, sweepSentence } from './SweepChart';
import { balanceTable, bitsTable, familiesTable, specialisationTable, summaryTable, sweepTable } from './tables';

interface FigureProps {
  readonly id: string;
  readonly title: string;
  readonly formula: string;
  readonly n: string;
  readonly sentence: string;
  readonly table: () => DataTable;
  readonly keys?: ReactNode;
  /** Draws the figure at a width in px. */
  readonly draw: (width: number) => ReactNode;
}

/** A sentence, its figure, and what every panel offers. */
function Figure({ id, title, formula, n, sentence, table, keys, draw }: FigureProps) {
  const { ref, width } = useSize<HTMLDivElement>();
  return (
    <Panel id={id} className="mfig" title={title} formula={formula} n={n} table={table}>
      <p className="msay">{sentence}</p>
      <div ref={ref} className="mdraw">{width > 0 && draw(width)}</div>
      {keys}
    </Panel>
  );
}

/** Every figure that the file has numbers for. */
export function Figures({ report }: { readonly report: ReadReport }) {
  const { evaluation } = report;
  const { domains, specialisation, balance, families, kSweep } = evaluation;
  const text = strings.about;
  const trained = useAppState((state) => state.traces.current?.trace.model.topK);
  const tokens = domains.reduce((sum, row) => sum + row.tokens, 0);
  const summary = summaryRows(evaluation);
  const items = (rows: readonly { readonly n: number }[]): string => text.families.n(formatCount(rows.reduce((sum, row) => sum + row.n, 0)));
  return (
    <div className="mgrid">
      <Figure
        id="model-bits"
        title={text.bits.title}
        formula={text.bits.formula}
        n={text.bits.n(formatCount(tokens), evaluation.window ?? undefined)}
        sentence={bitsSentence(domains)}
        table={() => bitsTable(domains)}
        keys={<BitsKeys rows={domains} seen={evaluation.tokensSeen ?? {}} />}
        draw={(width) => <BitsChart rows={domains} width={width} />}
      />
      <div className="mcol">
        {specialisation && specialisation.length > 0 && (
          <Figure
            id="model-specialisation"
            title={text.specialisation.title}
            formula={text.specialisation.formula}
            n=""
            sentence={specialisationSentence(specialisation)}
            table={() => specialisationTable(specialisation)}
            keys={<SpecialisationKeys />}
            draw={(width) => <SpecialisationChart rows={specialisation} width={width} />}
          />
        )}
        <Figure
          id="model-summary"
          title={text.summary.title}
          formula={text.summary.formula}
          n={items(summary.flatMap(({ n }) => (n === undefined ? [] : [{ n }])))}
          sentence={summarySentence(summary)}
          table={() => summaryTable(summary)}
          draw={(width) => <SummaryChart rows={summary} width={width} />}
        />
      </div>
      <div className="mcol">
        {balance && balance.length > 0 && (
          <Figure
            id="model-balance"
            title={text.balance.title}
            formula={text.balance.formula}
            n={text.balance.n(balance[0]?.load.length ?? 0)}
            sentence={balanceSentence(balance)}
            table={() => balanceTable(balance)}
            draw={(width) => <BalanceChart rows={balance} width={width} />}
          />
        )}
        {kSweep && kSweep.length > 0 && (
          <Figure
            id="model-sweep"
            title={text.sweep.title}
            formula={text.sweep.formula}
            n={text.sweep.n(formatCount(kSweep[0]?.n ?? 0))}
            sentence={sweepSentence(kSweep)}
            table={() => sweepTable(kSweep)}
            draw={(width) => <SweepChart rows={kSweep} trained={trained} width={width} />}
          />
        )}
      </div>
      {families.length > 0 && (
        <div className="mwide">
          <Figure
            id="model-families"
            title={text.families.title}
            formula={text.families.formula}
            n={items(families.filter(({ level }) => level === 0))}
            sentence={familiesSentence(families)}
            table={() => familiesTable(families)}
            keys={<FamilyKeys />}
            draw={(width) => <FamiliesChart rows={families} width={width} />}
          />
        </div>
      )}
      <Provenance report={report} tokens={tokens} />
      <Cite weights={report.weights} />
    </div>
  );
}
