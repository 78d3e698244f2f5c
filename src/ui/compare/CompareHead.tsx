import { endComparison, swapCompared, type ComparedPair } from '../../state/compare';
import { pairLabels } from '../../state/comparisonLabels';
import { strings } from '../../state/strings';
import { useApp, useAppState } from '../context';
import { Transport } from '../Transport';
import { UnitSwitch } from '../UnitSwitch';
import { PHONE, useMedia } from '../useMedia';

/** Transport and position, what A and B are, and how to choose others. */
export function CompareHead({ pair, choosing, onChoose }: { readonly pair: ComparedPair; readonly choosing: boolean; readonly onChoose: (on: boolean) => void }) {
  const app = useApp();
  const token = useAppState((state) => state.focus.token);
  const text = strings.compare;
  const labels = pairLabels(pair);
  // On a phone the page's own transport stays in sight above the sheet.
  const phone = useMedia(PHONE);
  return (
    <div className="sent-head chead">
      {!phone && <Transport />}
      <span className="position">
        <span className="b">{strings.sentence.position(token + 1)}</span> <span className="q">{strings.sentence.of(pair[pair.shown].trace.tokens.ids.length)}</span>
      </span>
      <span className="grow" />
      <span className="clabels">
        <span>
          <b className="b">{text.a}</b> <bdi>{labels.a}</bdi>
        </span>
        <span>
          <b className="b">{text.b}</b> <bdi>{labels.b}</bdi>
        </span>
      </span>
      {pair.kind !== 'edits' && (
        <>
          <button type="button" className="link" onClick={() => swapCompared(app)}>
            {text.choose.swap}
          </button>
          <button type="button" className="link" title={text.choose.endLong} onClick={() => endComparison(app)}>
            {text.choose.end}
          </button>
        </>
      )}
      <button type="button" className="link" aria-expanded={choosing} onClick={() => onChoose(!choosing)}>
        {choosing ? strings.close : text.choose.open}
      </button>
      {!phone && <UnitSwitch />}
    </div>
  );
}
