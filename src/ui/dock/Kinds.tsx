import { useMemo } from 'react';
import { fixed } from '../../base/numerals';
import type { Choices } from '../../analysis/choices';
import { TOKEN_CLASSES, type TokenClass } from '../../analysis/token-class';
import { strings } from '../../state/strings';
import type { Trace } from '../../trace/trace';
import { formatShare } from '../../viz/format';
import { LoadBars } from '../charts/LoadBars';
import { PositionBars } from '../charts/PositionBars';
import { Panel } from '../Panel';
import { useRoom } from '../useRoom';
import { useSize } from '../useSize';
import { alongText, classInformation, type Labelled } from './labels';
import { knownLift } from './TextTokens';

const PARTS = 12;

interface SplitProps {
  readonly trace: Trace;
  readonly choices: Choices;
  readonly kinds: Labelled<TokenClass>;
  readonly expert: number;
  readonly layer: number;
  readonly kind: TokenClass;
  readonly onKind: (kind: TokenClass) => void;
}

/** What kinds of token an expert took against what the text is made of, and where in the text it was used. */
export function KindSplit({ trace, choices, kinds, expert, layer, kind, onKind }: SplitProps) {
  const text = strings.dock.labels;
  const { table } = kinds;
  const { ref, width } = useSize<HTMLDivElement>();
  const room = useRoom('specialisation-kinds', 12);
  const own = table.ofExpert[expert] ?? 0;
  const rows = TOKEN_CLASSES.flatMap((name, label) => {
    const inText = table.ofLabel[label] ?? 0;
    const count = table.both[expert * table.labels + label] ?? 0;
    return inText === 0 ? [] : [{ name, count, inText, ofExpert: own === 0 ? 0 : count / own, ofText: inText / table.n, lift: knownLift(kinds, expert, label) }];
  });
  const shares = useMemo(() => alongText(choices, expert, Math.min(PARTS, choices.tokens)), [choices, expert]);
  return (
    <Panel
      id="specialisation-kinds"
      title={text.classes}
      formula={text.classesFormula}
      n={strings.dock.n.tokens(table.n)}
      table={() => ({
        columns: [{ name: text.kind }, { name: text.count }, { name: text.inText }, { name: text.ofExpert, decimals: 3 }, { name: text.ofText, decimals: 3 }, { name: text.lift, decimals: 2 }],
        rows: rows.map((r) => [text.className[r.name], r.count, r.inText, r.ofExpert, r.ofText, r.lift]),
      })}
    >
      <table className="list-table bars-table kinds">
        <tbody>
          {rows.map((r) => (
            <tr key={r.name} className={r.name === kind ? 'on' : undefined} data-kind={r.name}>
              <th scope="row">
                <button type="button" className="plain" aria-pressed={r.name === kind} aria-label={text.choose(text.className[r.name])} onClick={() => onKind(r.name)}>
                  {text.className[r.name]}
                </button>
              </th>
              <td className="grow-cell">
                <span className="meter wide">
                  <i style={{ width: `${100 * r.ofExpert}%` }} />
                  <b style={{ left: `${100 * r.ofText}%` }} />
                </span>
              </td>
              <td className="num">{formatShare(r.ofExpert)}</td>
              <td className="num q">{formatShare(r.ofText)}</td>
              <td className="num lift">{r.lift === undefined ? <span className="q">{'\u2013'}</span> : `${fixed(r.lift, 1)}\u00d7`}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div ref={ref} className="kinds-position">
        {width > 0 && <PositionBars shares={shares} mean={own / Math.max(1, trace.tokens.ids.length)} width={width} height={Math.min(120, Math.max(46, room - 24 * rows.length))} label={`${strings.panel.layerTitle(layer)}, ${strings.sentence.expert(expert)}: ${text.position(shares.length)}`} start={text.positionCaption} end={strings.sentence.position(trace.tokens.ids.length)} />}
      </div>
    </Panel>
  );
}

/** Where one kind of token goes, against an even router, and whether kinds matter at all. */
export function KindExperts({ trace, row, kinds, expert, kind }: { readonly trace: Trace; readonly row: number; readonly kinds: Labelled<TokenClass>; readonly expert: number; readonly kind: TokenClass }) {
  const text = strings.dock.labels;
  const { table } = kinds;
  const label = TOKEN_CLASSES.indexOf(kind);
  const { ref, width } = useSize<HTMLDivElement>();
  const room = useRoom('specialisation-experts', 54);
  const counts = Array.from({ length: table.experts }, (_, e) => table.both[e * table.labels + label] ?? 0);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const shares = counts.map((count) => (total === 0 ? 0 : count / total));
  const most = shares.indexOf(Math.max(...shares));
  const information = useMemo(() => classInformation(trace, row), [trace, row]);
  const name = text.className[kind];
  return (
    <Panel
      id="specialisation-experts"
      title={text.experts(name)}
      formula={text.expertsFormula}
      n={text.kindN(table.ofLabel[label] ?? 0)}
      head={<span className="ax of">{strings.dock.panel.n(strings.dock.n.tokens(table.ofLabel[label] ?? 0))}</span>}
      table={() => ({ columns: [{ name: strings.dock.columns.expert }, { name: text.count }, { name: strings.dock.load.share, decimals: 3 }, { name: text.lift, decimals: 2 }], rows: counts.map((count, e) => [e, count, shares[e], knownLift(kinds, e, label)]) })}
    >
      <div ref={ref}>
        {width > 0 && (
          <LoadBars
            rows={[{ name, shares, dead: [] }]}
            width={width}
            height={room}
            left={0}
            step={Math.max(3, Math.min(36, Math.floor((width - 34) / table.experts)))}
            focus={{ row: 0, expert }}
            uniform={`1/${table.experts}`}
            label={text.spokenShares(name, most, formatShare(shares[most] ?? 0))}
          />
        )}
      </div>
      <p className="ax label-note">
        {Number.isFinite(information.ratio) ? text.information(fixed(information.bits, 2), fixed(information.shuffledBits, 2), fixed(information.ratio, 1)) : text.informationFew} {text.note}
      </p>
    </Panel>
  );
}
