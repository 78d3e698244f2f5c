import { fixed } from '../../base/numerals';
import type { ExpertStatistics } from '../../state/expertStatistics';
import { strings } from '../../state/strings';
import { formatCount, formatSigned } from '../../viz/format';
import { Panel } from '../Panel';
import { TokenText } from '../TokenText';
import { ExpertHead, type ExpertHeadProps } from './ExpertHead';

const LISTED = 20;

/** Over how much text the corpus was counted. */
export function corpusN({ n }: Pick<ExpertStatistics, 'n'>): string {
  return n === undefined ? strings.dock.labels.validationUnknown : strings.dock.labels.validation(formatCount(n));
}

/** The tokens of the corpus that an expert took more often than others did. */
export function CorpusTokens({ head, statistics, row }: { readonly head: ExpertHeadProps; readonly statistics: ExpertStatistics; readonly row: number }) {
  const text = strings.dock.labels;
  const own = statistics.layers[row]?.[head.expert];
  const tokens = own?.tokens ?? [];
  const widest = Math.max(1, ...tokens.map(({ lift }) => lift));
  return (
    <Panel
      id="specialisation"
      className="p-labels"
      title={text.tokensOf(head.expert)}
      formula={text.formulaCorpus}
      n={corpusN(own ?? statistics)}
      table={() => ({ columns: [{ name: strings.dock.columns.id }, { name: text.token }, { name: text.count }, { name: text.lift, decimals: 2 }], rows: tokens.map(({ id, text: name, count, lift }) => [id, name, count, lift]) })}
    >
      <ExpertHead {...head} note="" />
      <div className="label-grid">
        {tokens.slice(0, LISTED).map(({ id, text: name, count, lift }) => (
          <div key={id} className="label-row" data-token={name}>
            <b className="b token">
              <TokenText text={name} />
            </b>
            <span className="meter">
              <i style={{ width: `${(100 * lift) / widest}%` }} />
            </span>
            <span className="num lift">{fixed(lift, 1)}</span>
            <span className="num q">{count}</span>
          </div>
        ))}
      </div>
    </Panel>
  );
}

/** A value from -1 to 1 as a bar to the left or right of the middle. */
function SignedMeter({ value }: { readonly value: number }) {
  const share = 50 * Math.min(1, Math.abs(value));
  return (
    <span className="meter wide signed">
      <i className={value < 0 ? 'less' : undefined} style={value < 0 ? { right: '50%', width: `${share}%` } : { left: '50%', width: `${share}%` }} />
    </span>
  );
}

interface DomainProps {
  readonly statistics: ExpertStatistics;
  readonly row: number;
  readonly expert: number;
  readonly layer: number;
  readonly domain: number;
  readonly onDomain: (domain: number) => void;
}

/** How an expert goes with the domains of the corpus. */
export function CorpusDomains({ statistics, row, expert, layer, domain, onDomain }: DomainProps) {
  const text = strings.dock.labels;
  const npmi = statistics.layers[row]?.[expert]?.npmi ?? [];
  return (
    <Panel
      id="specialisation-kinds"
      title={text.domains}
      formula={`${strings.sentence.expert(expert)}, ${text.layer(layer)}: ${text.domainsFormula}`}
      n={corpusN(statistics)}
      table={() => ({ columns: [{ name: text.domain }, { name: text.npmi, decimals: 3 }], rows: statistics.domains.map((name, d) => [name, npmi[d]]) })}
    >
      <table className="list-table bars-table kinds">
        <tbody>
          {statistics.domains.map((name, d) => (
            <tr key={name} className={d === domain ? 'on' : undefined} data-domain={name}>
              <th scope="row">
                <button type="button" className="plain" aria-pressed={d === domain} aria-label={text.choose(strings.names.domain(name))} onClick={() => onDomain(d)}>
                  {strings.names.domain(name)}
                </button>
              </th>
              <td className="grow-cell">
                <SignedMeter value={npmi[d] ?? 0} />
              </td>
              <td className="num">{formatSigned(npmi[d] ?? Number.NaN)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

/** The experts of a layer by how they go with one domain. */
export function CorpusExperts({ statistics, row, expert, domain }: { readonly statistics: ExpertStatistics; readonly row: number; readonly expert: number; readonly domain: number }) {
  const text = strings.dock.labels;
  const experts = (statistics.layers[row] ?? []).map(({ npmi, load }, e) => ({ e, npmi: npmi[domain] ?? Number.NaN, load })).sort((a, b) => b.npmi - a.npmi || a.e - b.e);
  return (
    <Panel
      id="specialisation-experts"
      title={text.experts(strings.names.domain(statistics.domains[domain] ?? ''))}
      formula={text.expertsDomainFormula}
      n={corpusN(statistics)}
      head={<span className="ax">{text.npmi}</span>}
      table={() => ({ columns: [{ name: strings.dock.columns.expert }, { name: text.npmi, decimals: 3 }, { name: strings.dock.load.share, decimals: 4 }], rows: experts.map(({ e, npmi, load }) => [e, npmi, load]) })}
    >
      <table className="list-table bars-table">
        <tbody>
          {experts.map(({ e, npmi }) => (
            <tr key={e} className={e === expert ? 'on' : undefined}>
              <th scope="row">{strings.sentence.expert(e)}</th>
              <td className="grow-cell">
                <SignedMeter value={npmi} />
              </td>
              <td className="num">{formatSigned(npmi)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="ax label-note">{text.note}</p>
    </Panel>
  );
}
