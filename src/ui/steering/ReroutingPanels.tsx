import { fixed } from '../../base/numerals';
import type { DataTable } from '../../base/table';
import { patchCard } from '../../state/steering/slice';
import type { ReroutingCard, ReroutingReport } from '../../state/steering/rerouting';
import { strings } from '../../state/strings';
import { signedColour } from '../../viz/signed';
import { useApp } from '../context';
import { Panel } from '../Panel';
import { useSize } from '../useSize';
import { CycleChart } from './CycleChart';
import { LayerMeasures, type LayerMeasure } from './LayerMeasures';
import { roundDomain } from './roundDomain';
import { SignedHeat, type SignedRow } from './SignedHeat';
import { TokenShades } from './TokenShades';

const HEIGHT = 230;
const HEAD = 46;
const WIDEST = 30;
/** Full colour of a token whose loss changed by this much, nats. */
const CHANGE = 0.5;

/** Context loss and held-out loss, step by step and cycle by cycle as they happen. */
export function LossPanel({ card }: { readonly card: ReroutingCard }) {
  const { ref, width } = useSize<HTMLDivElement>();
  const { cycles, report } = card;
  const text = strings.steering.rerouting;
  const table = (): DataTable => ({
    columns: [{ name: text.cycle }, { name: text.context }, { name: text.stepAxis }, { name: text.contextLine, decimals: 5 }, { name: text.heldOut, decimals: 5 }],
    rows: cycles.flatMap(({ context, steps }, cycle) => steps.map(({ step, contextLoss, heldOutLoss }) => [cycle + 1, context, step, contextLoss, heldOutLoss])),
  });
  return (
    <Panel id="rerouting-loss" className="p-steer" title={text.title} formula={text.formula} n={report === undefined ? '' : String(report.text.ids.length)} table={cycles.length === 0 ? undefined : table}>
      <div ref={ref}>{cycles.length === 0 ? <p className="nothing">{strings.steering.empty}</p> : width > 0 && <CycleChart cycles={cycles} width={width} height={HEIGHT} label={`${text.lossLabel}, ${strings.steering.nats}. ${lossSentence(card)}`} />}</div>
      <p className="rsay" aria-live="polite">
        {report !== undefined && lossSentence(card)}
      </p>
    </Panel>
  );
}

/** What the figure says; the held-out part only where there is one. */
function lossSentence({ cycles, report }: ReroutingCard): string {
  const text = strings.steering.rerouting;
  const falls = cycles.map(({ steps }) => (steps.at(-1)?.contextLoss ?? NaN) - (steps[0]?.contextLoss ?? NaN)).map(text.change);
  const context = text.falls(falls);
  return report === undefined || !Number.isFinite(report.heldOut) ? context : `${context}; ${text.heldOutSay(text.change(report.heldOut), text.change(report.randomHeldOut))}`;
}

/** The added logits after a cycle, layer by expert. */
export function DeltaPanel({ card }: { readonly card: ReroutingCard }) {
  const app = useApp();
  const { ref, width } = useSize<HTMLDivElement>();
  const text = strings.steering.rerouting;
  const deltas = card.cycles.flatMap(({ report }) => (report === undefined ? [] : [report.delta]));
  const at = Math.min(card.shown ?? deltas.length - 1, deltas.length - 1);
  const delta = deltas[at];
  const rowsOf = ({ layers, experts, values }: NonNullable<typeof delta>): SignedRow[] => Array.from({ length: layers }, (_, layer) => ({ layer, values: values.subarray(layer * experts, (layer + 1) * experts) }));
  const domain = roundDomain(Math.max(0, ...deltas.flatMap(({ values }) => Array.from(values, Math.abs))));
  const table = (): DataTable => ({
    columns: text.deltaColumns.map((name, i) => (i < 3 ? { name } : { name, decimals: 4 })),
    rows: deltas.flatMap((one, cycle) => rowsOf(one).flatMap(({ layer, values }) => Array.from({ length: one.experts }, (_, e) => [cycle + 1, layer, e, values[e]]))),
  });
  return (
    <Panel
      id="rerouting-delta"
      className="p-steer"
      title={text.delta}
      formula={deltas.length > 1 ? '' : text.deltaFormula}
      n=""
      tools={
        deltas.length > 1 && (
          <span className="seg" role="group" aria-label={text.cycle}>
            {deltas.map((_, cycle) => (
              <button key={cycle} type="button" aria-pressed={cycle === at} aria-label={text.cycleName(cycle + 1)} onClick={() => patchCard(app, 'rerouting', { shown: cycle })}>
                {cycle + 1}
              </button>
            ))}
          </span>
        )
      }
      table={delta === undefined ? undefined : table}
    >
      <div ref={ref}>
        {delta === undefined ? (
          <p className="nothing">{strings.steering.empty}</p>
        ) : (
          width > 0 && <SignedHeat rows={rowsOf(delta)} domain={domain} cell={cellOf(width, delta.experts)} label={text.deltaLabel(at + 1)} sentence={text.deltaCell} />
        )}
      </div>
    </Panel>
  );
}

/** Width of a cell of a map with so many experts, px. */
export function cellOf(width: number, experts: number): number {
  return Math.max(10, Math.min(WIDEST, Math.floor((width - HEAD) / Math.max(1, experts))));
}

/** Confidence with the chosen set, choices that changed, and router entropy before and after, by layer. */
export function LayersPanel({ report }: { readonly report: ReroutingReport | undefined }) {
  const { ref, width } = useSize<HTMLDivElement>();
  const text = strings.steering.rerouting;
  const table = (): DataTable => ({
    columns: text.layersColumns.map((name, i) => (i === 0 || i === 2 ? { name } : { name, decimals: 4 })),
    rows: (report?.norms ?? []).map((norm, layer) => [layer, report?.confidence[layer], report?.layers.includes(layer) === true ? text.yes : text.no, norm, report?.editDistance[layer], report?.entropyBefore[layer], report?.entropyAfter[layer]]),
  });
  return (
    <Panel id="rerouting-layers" className="p-steer" title={text.layers} formula={text.layersFormula} n="" table={report === undefined ? undefined : table}>
      <div ref={ref}>{report === undefined ? <p className="nothing">{strings.steering.empty}</p> : width > 0 && <LayerMeasures measures={layerMeasures(report)} chosen={report.layers} layerName={strings.steering.layer} width={width} label={layersSentence(report)} />}</div>
      {report !== undefined && <p className="rsay">{text.layersSay(report.layers)}</p>}
    </Panel>
  );
}

/** The columns of the figure by layer. */
export function layerMeasures({ confidence, editDistance, entropyBefore, entropyAfter }: Pick<ReroutingReport, 'confidence' | 'editDistance' | 'entropyBefore' | 'entropyAfter'>): LayerMeasure[] {
  const text = strings.steering.rerouting;
  return [
    { id: 'confidence', name: text.measures.confidence, values: confidence, digits: 2, most: Math.max(...confidence) },
    { id: 'edits', name: text.measures.edits, values: editDistance, digits: 3, most: Math.max(0.1, ...editDistance) },
    { id: 'entropy', name: text.measures.entropy, values: entropyAfter, was: entropyBefore, digits: 2, most: Math.max(...entropyBefore, ...entropyAfter) },
  ];
}

function layersSentence({ layers, editDistance, entropyBefore, entropyAfter }: ReroutingReport): string {
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const text = strings.steering.rerouting;
  return `${text.layersSay(layers)} ${text.layersMeans(mean(editDistance), mean(entropyBefore), mean(entropyAfter))}`;
}

/** Reading: which tokens became likelier; writing: what was written as trained, and rerouted. */
export function TextPanel({ report }: { readonly report: ReroutingReport | undefined }) {
  const text = strings.steering.rerouting;
  const table = (): DataTable => ({ columns: text.textColumns.map((name, i) => (i === 1 ? { name, decimals: 4 } : { name })), rows: (report?.text.words ?? []).map((word, i) => [word, report?.change[i], i < (report?.context ?? 0) ? text.contextLine : text.heldOut]) });
  const written = report?.written;
  return (
    <Panel id="rerouting-text" className="p-steer" title={written === undefined ? text.textTitle : text.writtenTitle} formula={written === undefined ? text.textFormula : ''} n="" table={report === undefined ? undefined : table}>
      {report === undefined ? (
        <p className="nothing">{strings.steering.empty}</p>
      ) : written === undefined ? (
        <>
          <TokenShades words={report.text.words} values={report.change} most={CHANGE} digits={2} label={text.textTitle} colour={(value) => signedColour(value, CHANGE)} cutAt={report.context} />
          <p className="rsay">{text.textSay(report.context, report.text.ids.length)}</p>
        </>
      ) : (
        <dl className="swritten">
          <dt>{text.asTrained}</dt>
          <dd>
            <bdi>{written.plain.trimStart()}</bdi>
          </dd>
          <dt>{text.rerouted}</dt>
          <dd>
            <bdi>{written.rerouted.trimStart()}</bdi>
          </dd>
        </dl>
      )}
    </Panel>
  );
}

/** Milliseconds a token as trained and rerouted, and the arithmetic of each cycle. */
export function CostPanel({ card: { cycles, report } }: { readonly card: ReroutingCard }) {
  const text = strings.steering.rerouting;
  const costs = cycles.flatMap(({ context, report: done }, cycle) => (done === undefined ? [] : [{ cycle: cycle + 1, context, passes: (done.cost.forward + done.cost.backward) / (context * done.delta.layers), milliseconds: done.cost.milliseconds }]));
  const table = (): DataTable => ({ columns: text.costColumns.map((name, i) => (i < 2 ? { name } : { name, decimals: 1 })), rows: costs.map(({ cycle, context, passes, milliseconds }) => [cycle, context, passes, milliseconds]) });
  const most = report === undefined ? 1 : Math.max(report.pace.plain, report.pace.rerouted, 1e-9);
  return (
    <Panel id="rerouting-cost" className="p-steer" title={text.costTitle} formula={text.costFormula} n="" table={costs.length === 0 ? undefined : table}>
      {report === undefined ? (
        <p className="nothing">{strings.steering.empty}</p>
      ) : (
        <>
          <dl className="smeters">
            {([[text.asTrained, report.pace.plain], [text.rerouted, report.pace.rerouted]] as const).map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>
                  <i style={{ width: `${(100 * value) / most}%` }} />
                  <b>{fixed(value, 1)}</b>
                </dd>
              </div>
            ))}
          </dl>
          <p className="rsay">
            {text.ratio(report.pace.rerouted / report.pace.plain, report.source)} {text.passes(costs.map(({ passes }) => passes))}
          </p>
        </>
      )}
    </Panel>
  );
}
