import { useLayoutEffect, useMemo, useState, type PointerEvent } from 'react';
import { expertUses } from '../state/expertCounts';
import { chosenAt } from '../state/layerView';
import { seek } from '../state/focus';
import { strings } from '../state/strings';
import type { Trace } from '../trace/trace';
import { layoutSentence, rollLane, scrollToShow, tokenAt, tokensBetween } from '../viz/sentence';
import { Chips } from './Chips';
import { useApp, useAppState } from './context';
import { EntropyStems } from './EntropyStems';
import { entropyScale } from '../viz/entropyScale';
import { ScoreMargin } from './ScoreMargin';
import { ScoreSide } from './ScoreSide';
import { TokenRoll } from './TokenRoll';
import { PHONE, PROJECTOR, useMedia } from './useMedia';
import { useShort } from './useShort';
import { useSize } from './useSize';
import { useTextWidths } from './useTextWidths';

/** Window that is drawn beside what is in sight, and the step in which it moves, px. */
const OVERSCAN = 400;
const CHIP_HEIGHT = 34;

/** The three rows that share the sentence's x axis. Only what is near the visible part is in the document. */
export function Score({ trace }: { readonly trace: Trace }) {
  const app = useApp();
  const token = useAppState((state) => state.focus.token);
  const row = useAppState((state) => state.focus.row);
  const unit = useAppState((state) => state.view.unit);
  const phone = useMedia(PHONE);
  const short = useShort();
  const big = useMedia(PROJECTOR);
  const widths = useTextWidths(trace.tokens.text);
  const layout = useMemo(() => layoutSentence(widths, phone ? { padding: 7, gap: 2, minimum: 24 } : { padding: 4, gap: 2, minimum: 16 }), [widths, phone]);
  const { ref, width } = useSize<HTMLDivElement>();
  const [windowStart, setWindowStart] = useState(0);

  const plot = phone ? 58 : 70;
  const lane = rollLane(trace.model.experts, big ? 112 : 96);
  const roll = phone || short || trace.model.experts === 0 ? 0 : trace.model.experts * lane;
  const height = plot + CHIP_HEIGHT + (roll > 0 ? roll + 12 : 8);
  const scale = useMemo(() => entropyScale(trace.output.entropy, unit, plot), [trace, unit, plot]);
  const uses = useMemo(() => expertUses(trace, row), [trace, row]);
  const focused = useMemo(() => [...chosenAt(trace, Math.min(token, trace.tokens.ids.length - 1), row)], [trace, token, row]);
  const total = Math.max(width, layout.total + 2);
  const from = Math.max(0, windowStart - OVERSCAN);
  const to = Math.min(total, windowStart + Math.max(width, 1) + 2 * OVERSCAN);
  const { first, end } = tokensBetween(layout, from, to);
  const range = { first, end, from, to };

  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null || width === 0) return;
    const wanted = scrollToShow(layout, token, element.scrollLeft, width);
    if (wanted !== element.scrollLeft) element.scrollLeft = wanted;
  }, [layout, ref, token, width]);

  const seekTo = (event: PointerEvent<HTMLDivElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    seek(app, tokenAt(layout, event.clientX - box.left));
  };

  return (
    <div className="score">
      <ScoreSide scale={scale} plot={plot} chips={CHIP_HEIGHT} lane={lane} roll={roll} focused={focused} layer={trace.model.moeLayers[row]} />
      <div
        ref={ref}
        className="score-scroll"
        role="listbox"
        tabIndex={0}
        aria-label={strings.sentence.tokens}
        aria-orientation="horizontal"
        aria-activedescendant={`token-${token}`}
        data-keys="tokens"
        onScroll={(event) => {
          const start = Math.floor(event.currentTarget.scrollLeft / OVERSCAN) * OVERSCAN;
          if (start !== windowStart) setWindowStart(start);
        }}
      >
        <div
          className="score-body"
          role="presentation"
          style={{ width: total, height }}
          onPointerDown={(event) => {
            if (event.pointerType === 'mouse' && event.button === 0) seekTo(event);
          }}
          onPointerMove={(event) => {
            if (event.pointerType === 'mouse' && event.buttons === 1) seekTo(event);
          }}
          onClick={(event) => {
            const box = event.currentTarget.getBoundingClientRect();
            seek(app, tokenAt(layout, event.clientX - box.left));
          }}
        >
          <svg role="presentation" width={to - from} height={height} viewBox={`${from} 0 ${to - from} ${height}`} style={{ left: from }} aria-hidden="true">
            <EntropyStems trace={trace} layout={layout} range={range} scale={scale} token={token} height={height} roll={roll > 0} />
            {roll > 0 && <TokenRoll trace={trace} layout={layout} range={range} row={row} lane={lane} top={plot + CHIP_HEIGHT + 6} focused={focused} />}
          </svg>
          <Chips trace={trace} layout={layout} range={range} token={token} top={plot} scale={scale} />
        </div>
      </div>
      <ScoreMargin trace={trace} scale={scale} plot={plot} chips={CHIP_HEIGHT} lane={lane} roll={roll} uses={uses} focused={focused} />
    </div>
  );
}
