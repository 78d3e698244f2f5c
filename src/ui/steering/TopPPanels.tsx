import type { DataTable } from '../../base/table';
import type { Results } from '../../state/results';
import type { TopPReport } from '../../state/steering/topP';
import { strings } from '../../state/strings';
import { Panel } from '../Panel';
import { useSize } from '../useSize';
import { CountBars } from './CountBars';
import { LayerMeasures, type LayerMeasure } from './LayerMeasures';
import { ScatterChart, type ScatterPoint } from './ScatterChart';
import { TokenShades } from './TokenShades';
import { figure } from './useShipped';

const HEIGHT = 220;

interface Props {
  readonly report: TopPReport | undefined;
}

/** How many experts every token got, under the token. */
export function TextPanel({ report }: Props) {
  const text = strings.steering.topP;
  const table = (): DataTable => ({ columns: [{ name: text.tableToken }, { name: text.tableExperts, decimals: 3 }], rows: (report?.text.words ?? []).map((word, i) => [word, report?.perToken[i]]) });
  return (
    <Panel id="top-p-text" className="p-steer" title={text.title} formula={text.formula} n={report === undefined ? '' : String(report.text.ids.length)} table={report === undefined ? undefined : table}>
      {report === undefined ? (
        <p className="nothing">{strings.steering.empty}</p>
      ) : (
        <>
          <TokenShades words={report.text.words} values={report.perToken} most={Math.max(2, ...report.perToken)} digits={1} label={text.perToken} />
          <p className="rsay" aria-live="polite">
            {text.sentence(report.mean, report.lossBefore, report.lossAfter)}
          </p>
        </>
      )}
    </Panel>
  );
}

/** Mean experts and router entropy, layer by layer. */
export function LayersPanel({ report }: Props) {
  const { ref, width } = useSize<HTMLDivElement>();
  const text = strings.steering.topP;
  const table = (): DataTable => ({ columns: [{ name: text.tableLayer }, { name: text.tableExperts, decimals: 3 }, { name: text.entropy, decimals: 3 }], rows: (report?.perLayer ?? []).map((value, layer) => [layer, value, report?.entropy[layer]]) });
  return (
    <Panel id="top-p-layers" className="p-steer" title={text.layers} formula={text.layersFormula} n={report === undefined ? '' : String(report.text.ids.length)} table={report === undefined ? undefined : table}>
      <div ref={ref}>{report === undefined ? <p className="nothing">{strings.steering.empty}</p> : width > 0 && <LayerMeasures measures={topPMeasures(report)} chosen={[]} layerName={strings.steering.layer} width={width} label={text.layers} />}</div>
      {report !== undefined && <p className="rsay">{text.withEntropy(report.withEntropy)}</p>}
    </Panel>
  );
}

/** The columns of the figure by layer. */
export function topPMeasures({ perLayer, entropy }: Pick<TopPReport, 'perLayer' | 'entropy'>): LayerMeasure[] {
  const text = strings.steering.topP;
  return [
    { id: 'experts', name: text.tableExperts, values: perLayer, digits: 2, most: Math.max(2, ...perLayer) },
    { id: 'entropy', name: text.entropy, values: entropy, digits: 2, most: Math.max(...entropy) },
  ];
}

/** A token's experts against the loss of the token after it. */
export function ScatterPanel({ report, results }: Props & { readonly results: Results | undefined }) {
  const { ref, width } = useSize<HTMLDivElement>();
  const text = strings.steering.topP;
  const points = report === undefined ? [] : scatterPoints(report);
  const table = (): DataTable => ({ columns: [{ name: text.tableToken }, { name: text.tableExperts, decimals: 3 }, { name: text.nextLoss, decimals: 3 }], rows: points.map(({ name, x, y }) => [name, x, y]) });
  const shipped = results && figure(results, 'expertsWithLoss');
  return (
    <Panel id="top-p-loss" className="p-steer" title={text.scatter} formula={text.scatterFormula} n={report === undefined ? '' : String(points.length)} table={report === undefined ? undefined : table}>
      <div ref={ref}>{report === undefined ? <p className="nothing">{strings.steering.empty}</p> : width > 0 && <ScatterChart points={points} width={width} height={HEIGHT} label={`${text.scatter}. ${text.withLoss(report.withLoss)}`} xLabel={text.scatterX} yLabel={text.nextLoss} />}</div>
      {report !== undefined && (
        <p className="rsay">
          {text.withLoss(report.withLoss)} {shipped !== undefined && text.withLossShipped(strings.steering.signedInterval(shipped.mean, shipped.low, shipped.high, 2), Number(results?.summary['tokens']))}
        </p>
      )}
    </Panel>
  );
}

/** Every token but the last, which has no next one. */
export function scatterPoints({ perToken, nextLoss, text }: Pick<TopPReport, 'perToken' | 'nextLoss' | 'text'>): ScatterPoint[] {
  return nextLoss.map((y, t) => ({ x: perToken[t] ?? NaN, y, name: text.words[t] ?? '' }));
}

/** How often a token and layer got so many experts. */
export function HistogramPanel({ report }: Props) {
  const { ref, width } = useSize<HTMLDivElement>();
  const text = strings.steering.topP;
  const cells = report?.histogram.reduce((a, b) => a + b, 0) ?? 0;
  const table = (): DataTable => ({ columns: [{ name: text.tableExperts }, { name: text.tableCount }, { name: text.tableShare, decimals: 4 }], rows: (report?.histogram ?? []).map((count, t) => [t, count, count / cells]) });
  return (
    <Panel id="top-p-histogram" className="p-steer" title={text.histogram} formula={text.histogramFormula} n={report === undefined ? '' : String(cells)} table={report === undefined ? undefined : table}>
      <div ref={ref}>{report === undefined ? <p className="nothing">{strings.steering.empty}</p> : width > 0 && <CountBars counts={report.histogram} width={width} height={HEIGHT} label={text.histogramSay(report.histogram.flatMap((n, t) => (n > 0 ? [`${t}: ${n}`] : [])).join(', '))} xLabel={text.histogramX} />}</div>
    </Panel>
  );
}
