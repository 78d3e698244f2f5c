import { fixed } from '../../base/numerals';
import type { DataTable } from '../../base/table';
import { DEGENERATE, type MarkerEffect, type RiceReport } from '../../state/steering/rice';
import { strings } from '../../state/strings';
import { Panel } from '../Panel';
import { useSize } from '../useSize';
import { PositionChart } from './PositionChart';

const HEIGHT = 190;

interface Props {
  readonly report: RiceReport | undefined;
  readonly shown: string;
}

function effectOf({ report, shown }: Props): MarkerEffect | undefined {
  return report?.effects.find(({ name }) => name === shown) ?? report?.effects[0];
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** The marker's mean probability as trained, steered, and with random experts; and where steering reaches. */
export function EffectPanel(props: Props) {
  const text = strings.steering.rice;
  const { report } = props;
  const effect = effectOf(props);
  const rows = effect === undefined ? [] : ([[text.before, effect.before], [text.after, effect.after], [text.random, mean(effect.random)]] as const);
  const most = Math.max(1e-12, ...rows.map(([, value]) => value));
  const table = (): DataTable => ({ columns: [{ name: '' }, { name: text.effect, decimals: 6 }], rows: rows.map(([name, value]) => [name, value]) });
  return (
    <Panel id="rice-effect" className="p-steer" title={text.effect} formula={strings.dock.formula.marker} n={report === undefined ? '' : String(report.text.ids.length)} table={effect === undefined ? undefined : table}>
      {report === undefined || effect === undefined ? (
        <p className="nothing">{strings.steering.empty}</p>
      ) : (
        <>
          <dl className="smeters" aria-live="polite">
            {rows.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd data-effect={name}>
                  <i style={{ width: `${(100 * value) / most}%` }} />
                  <b>{fixed(value, 4)}</b>
                </dd>
              </div>
            ))}
          </dl>
          <p className="rsay">
            {text.effectSay(strings.steering.signed(effect.after - effect.before, 5), strings.steering.signed(mean(effect.random) - effect.before, 5))}. {text.here(effect.places.length)} {text.active(report.active)}
          </p>
        </>
      )}
    </Panel>
  );
}

/** The marker's probability at every position, as trained and steered. */
export function PositionPanel(props: Props) {
  const { ref, width } = useSize<HTMLDivElement>();
  const text = strings.steering.rice;
  const { report } = props;
  const effect = effectOf(props);
  const table = (): DataTable => ({
    columns: text.positionColumns.map((name, i) => (i === 1 || i === 2 ? { name, decimals: 6 } : { name })),
    rows: (report?.text.words ?? []).map((word, i) => [word, effect?.perTokenBefore[i], effect?.perTokenAfter[i], effect?.places.includes(i) === true ? text.yes : text.no]),
  });
  return (
    <Panel id="rice-position" className="p-steer" title={text.position} formula={text.positionFormula} n="" table={effect === undefined ? undefined : table}>
      <div ref={ref}>
        {effect === undefined ? (
          <p className="nothing">{strings.steering.empty}</p>
        ) : (
          width > 0 && <PositionChart before={effect.perTokenBefore} after={effect.perTokenAfter} places={effect.places} width={width} height={HEIGHT} label={`${text.position}: ${text.positionFormula}`} xLabel={text.positionX} names={{ before: text.before, after: text.after }} />
        )}
      </div>
    </Panel>
  );
}

/** What the model writes after the prompt, as trained and steered, and whether the second falls apart. */
export function WrittenPanel({ report }: { readonly report: RiceReport | undefined }) {
  const text = strings.steering.rice;
  const { plain, written } = report ?? {};
  const rows = plain === undefined || written === undefined ? [] : ([[text.before, plain], [text.after, written]] as const);
  const table = (): DataTable => ({ columns: [...text.writtenColumns.map((name, i) => (i < 3 ? { name } : { name, decimals: 3 })), { name: text.written }], rows: rows.map(([name, one]) => [name, one.tokens, one.markers, one.repetition, one.perplexity, one.text]) });
  return (
    <Panel
      id="rice-written"
      className="p-steer"
      title={text.written}
      formula={strings.dock.formula.written}
      n=""
      tools={
        written !== undefined && (
          <span className={written.degenerate ? 'sflag bad' : 'sflag'} data-degenerate={written.degenerate}>
            {written.degenerate ? text.whole : text.fine}
          </span>
        )
      }
      table={rows.length === 0 ? undefined : table}
    >
      {written === undefined ? (
        <p className="nothing">{report === undefined ? strings.steering.empty : text.nothingWritten}</p>
      ) : (
        <>
          <dl className="swritten">
            {rows.map(([name, one]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>
                  <bdi>{one.text.trimStart()}</bdi>
                </dd>
              </div>
            ))}
          </dl>
          <table className="rtable srank">
            <thead>
              <tr>
                {text.writtenColumns.map((column, i) => (i === 0 ? <td key="name" /> : <th key={column} scope="col" className="num">{column}</th>))}
              </tr>
            </thead>
            <tbody>
              {rows.map(([name, one]) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td className="num">{one.tokens}</td>
                  <td className="num">{one.markers}</td>
                  <td className="num">{Math.round(100 * one.repetition)} %</td>
                  <td className="num">{fixed(one.perplexity, 1)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <p className="rsay">{text.flagSay(written.degenerate, DEGENERATE.repetition, DEGENERATE.perplexity)}</p>
        </>
      )}
    </Panel>
  );
}
