import { useEffect, useLayoutEffect, useMemo, useRef, useState, type PointerEvent } from 'react';
import { expertUses } from '../state/expertCounts';
import { setOtherToken } from '../state/compare';
import { seek } from '../state/focus';
import { layerView } from '../state/layerView';
import { slotsOf } from '../state/pins';
import { tokenEntropy } from '../state/stepEntropy';
import { strings } from '../state/strings';
import type { Trace } from '../trace/trace';
import { entropyScale } from '../viz/entropyScale';
import { inUnit } from '../viz/format';
import { layoutSentence, rollLane, scrollToShow, tokenAt, tokenMiddle, tokensBetween } from '../viz/sentence';
import { Chips } from './Chips';
import { useApp, useAppState } from './context';
import { EntropyStems, NowBand, NowMark } from './EntropyStems';
import { ScoreMargin } from './ScoreMargin';
import { ScoreSide } from './ScoreSide';
import { TauHandle } from './TauHandle';
import { TokenMenu } from './TokenMenu';
import { TokenRoll } from './TokenRoll';
import { TokenTip } from './TokenTip';
import { useFrame } from './useFrame';
import { useHidden } from './useHidden';
import { PHONE, PROJECTOR, useMedia } from './useMedia';
import { useQuick } from './useQuick';
import { usePageRoom } from './pageRoom';
import { useRowHeight } from './useRowHeight';
import { useSize } from './useSize';
import { useSteps } from './useSteps';
import { useTextWidths } from './useTextWidths';

/** Window that is drawn beside what is in sight, and the step in which it moves, px. */
const OVERSCAN = 400;
const CHIP_HEIGHT = 34;
const TIP_WIDTH = 168;
const MENU_WIDTH = 240;

/** The three rows that share the sentence's x axis. Only what is near the visible part is in the document. */
export function Score({ trace }: { readonly trace: Trace }) {
  const app = useApp();
  const token = useAppState((state) => state.focus.token);
  const row = useAppState((state) => state.focus.row);
  const unit = useAppState((state) => state.view.unit);
  const tau = useAppState((state) => state.view.tau);
  const candidates = useAppState((state) => state.view.candidates);
  const stale = useAppState((state) => state.edits.staleFrom !== undefined);
  // The Entropy view is about the line above the tokens; the roll gives it room.
  const noRoll = useAppState((state) => state.view.panel === 'entropy');
  const calibration = useAppState(({ view, entropy }) => (view.panel === 'entropy' && view.candidates !== '10' && entropy.calibration.phase === 'ready' ? entropy.calibration.lists[view.candidates === '20' ? 'top20' : 'entropy'] : undefined));
  const noMenu = [useHidden('alternatives'), useHidden('edits')].includes(true);
  const noEntropy = useHidden('timeline');
  const phone = useMedia(PHONE);
  const room = usePageRoom();
  const rows = useRowHeight();
  const big = useMedia(PROJECTOR);
  const widths = useTextWidths(trace.tokens.text);
  const layout = useMemo(() => layoutSentence(widths, phone ? { padding: 7, gap: 2, minimum: 24 } : { padding: 4, gap: 2, minimum: 16 }), [widths, phone]);
  const { ref, width } = useSize<HTMLDivElement>();
  const [windowStart, setWindowStart] = useState(0);
  const [hovered, setHovered] = useState<{ readonly token: number; readonly x: number }>();
  const [menu, setMenu] = useState<{ readonly token: number; readonly byKey: boolean; readonly left: number }>();
  const pressed = useRef(-1);
  const openBefore = useRef(-1);
  const request = useFrame();
  const quick = useQuick();

  const plot = noEntropy ? 8 : phone ? 58 : 70;
  const lane = rollLane(trace.model.experts, big ? 112 : rows === 'low' ? 56 : 96);
  const open = room === 'full' || room === 'low';
  const roll = phone || noRoll || !open || rows === 'docked' || rows === 'tight' || trace.model.experts === 0 ? 0 : trace.model.experts * lane;
  const height = plot + CHIP_HEIGHT + (roll > 0 ? roll + 12 : 8);
  const scale = useMemo(() => entropyScale(tokenEntropy(trace, candidates), unit, plot), [trace, candidates, unit, plot]);
  const uses = useMemo(() => expertUses(trace, row), [trace, row]);
  const steps = useSteps(trace);
  const { slots, off } = useLanes(trace, token, row);
  const total = Math.max(width, layout.total + 2);
  const range = useMemo(() => {
    // A text shorter than the one before leaves the window behind its end until the browser scrolls back.
    const start = Math.max(0, Math.min(windowStart, total - Math.max(width, 1)));
    const from = Math.max(0, start - OVERSCAN);
    const to = Math.min(total, start + Math.max(width, 1) + 2 * OVERSCAN);
    return { ...tokensBetween(layout, from, to), from, to };
  }, [layout, windowStart, total, width]);

  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null || width === 0) return;
    const wanted = scrollToShow(layout, token, element.scrollLeft, width);
    if (wanted !== element.scrollLeft) element.scrollLeft = wanted;
  }, [layout, ref, token, width]);
  const draws = useDrawCount<SVGSVGElement>();

  const under = (event: PointerEvent<HTMLDivElement>): number => tokenAt(layout, event.clientX - event.currentTarget.getBoundingClientRect().left);
  const seekTo = (event: PointerEvent<HTMLDivElement>): void => {
    const to = under(event);
    request(() => seek(app, to));
  };
  /** The menu stands outside the scrolled part, under the middle of its token as far as there is room. Called by events only. */
  const menuLeft = (at: number): number => {
    const { offsetLeft = 0, scrollLeft = 0 } = ref.current ?? {};
    return Math.max(0, Math.min(offsetLeft + width - MENU_WIDTH, tokenMiddle(layout, at) - scrollLeft + offsetLeft - MENU_WIDTH / 2));
  };
  const written = (at: number): boolean => !noMenu && at >= trace.run.promptTokens;
  /** A click that is no drag: to the token, to B with Shift, and on a written one to what else could stand there. */
  const click = (at: number, event: { readonly shiftKey: boolean; readonly nativeEvent: MouseEvent }): void => {
    if (event.shiftKey) return setOtherToken(app, at);
    const touch = event.nativeEvent instanceof PointerEvent && event.nativeEvent.pointerType === 'touch';
    // A finger looks first: its second tap opens.
    const opens = touch ? at === token : at === pressed.current;
    seek(app, at);
    setHovered(undefined);
    setMenu(opens && written(at) && openBefore.current !== at ? { token: at, byKey: false, left: menuLeft(at) } : undefined);
  };
  // Elsewhere in the text, or in another one, it would stand in the wrong place.
  const shownMenu = menu?.token === token && written(token) ? menu : undefined;
  const { from, to } = range;
  return (
    <div className="score">
      <ScoreSide entropy={!noEntropy} scale={scale} plot={plot} chips={CHIP_HEIGHT} lane={lane} roll={roll} slots={slots} off={off} layer={trace.model.moeLayers[row]} />
      <div
        ref={ref}
        className="score-scroll"
        role="listbox"
        tabIndex={0}
        aria-label={strings.sentence.tokens}
        aria-orientation="horizontal"
        aria-activedescendant={`token-${token}`}
        data-keys="tokens"
        onKeyDown={(event) => {
          if (event.key === 'Escape' && shownMenu !== undefined) {
            event.preventDefault();
            setMenu(undefined);
          }
          if (event.key !== 'Enter' || event.ctrlKey || event.metaKey || !written(token)) return;
          event.preventDefault();
          setMenu({ token, byKey: true, left: menuLeft(token) });
        }}
        onScroll={(event) => {
          if (menu !== undefined) setMenu({ ...menu, left: menuLeft(menu.token) });
          const start = Math.floor(event.currentTarget.scrollLeft / OVERSCAN) * OVERSCAN;
          if (start !== windowStart) setWindowStart(start);
        }}
      >
        <div
          className="score-body"
          role="presentation"
          style={{ width: total, height }}
          onPointerDown={(event) => {
            pressed.current = under(event);
            openBefore.current = menu?.token ?? -1;
            if (event.pointerType === 'mouse' && event.button === 0 && !event.shiftKey) seekTo(event);
          }}
          onPointerMove={(event) => {
            if (event.pointerType !== 'mouse') return;
            if (event.buttons === 1 && !event.shiftKey) {
              if (under(event) !== pressed.current) pressed.current = -1;
              quick();
              seekTo(event);
            }
            const over = event.buttons === 0 ? under(event) : undefined;
            if (over === hovered?.token) return;
            // The tip stands outside the scrolled part, which would clip it.
            const body = event.currentTarget;
            setHovered(over === undefined ? undefined : { token: over, x: tokenMiddle(layout, over) - (body.parentElement?.scrollLeft ?? 0) + (body.parentElement?.offsetLeft ?? 0) });
          }}
          onPointerLeave={() => setHovered(undefined)}
          onClick={(event) => {
            const box = event.currentTarget.getBoundingClientRect();
            click(tokenAt(layout, event.clientX - box.left), event);
          }}
        >
          <svg ref={draws} role="presentation" width={to - from} height={height} viewBox={`${from} 0 ${to - from} ${height}`} style={{ left: from }} aria-hidden="true">
            <NowBand layout={layout} token={token} height={height} roll={roll > 0} />
            {!noEntropy && <EntropyStems layout={layout} range={range} scale={scale} steps={steps} tau={tau} tauShown={inUnit(tau, unit)} prompt={trace.run.promptTokens} stale={stale} height={height} />}
            {!noEntropy && <NowMark layout={layout} scale={scale} token={token} />}
            {roll > 0 && <TokenRoll trace={trace} layout={layout} range={range} row={row} lane={lane} top={plot + CHIP_HEIGHT + 6} slots={slots} off={off} />}
          </svg>
          <Chips trace={trace} layout={layout} range={range} token={token} top={plot} scale={scale} />
        </div>
      </div>
      {shownMenu !== undefined && (
        <TokenMenu
          key={shownMenu.token}
          trace={trace}
          token={shownMenu.token}
          scale={scale}
          left={shownMenu.left}
          top={plot + CHIP_HEIGHT + 4}
          byKey={shownMenu.byKey}
          onClose={(back) => {
            setMenu(undefined);
            if (back) ref.current?.focus();
          }}
        />
      )}
      {hovered !== undefined && shownMenu === undefined && <TokenTip trace={trace} token={hovered.token} scale={scale} left={Math.max(0, hovered.x - TIP_WIDTH / 2)} top={plot + CHIP_HEIGHT + 4} />}
      {!phone && (
        <div className="score-margin">
          <ScoreMargin entropy={!noEntropy} scale={scale} steps={steps} calibration={calibration} tau={tau} plot={plot} chips={CHIP_HEIGHT} lane={lane} roll={roll} uses={uses} slots={slots} />
          {!noEntropy && <TauHandle scale={scale} steps={steps} tau={tau} />}
        </div>
      )}
    </div>
  );
}

/** Lanes of the roll with a colour, and those that the plan has switched off: the same objects while the same experts have them. */
function useLanes(trace: Trace, token: number, row: number): { readonly slots: ReadonlyMap<number, number>; readonly off: readonly number[] } {
  const pins = useAppState((state) => state.view.pins);
  const view = layerView(trace, Math.min(token, trace.tokens.ids.length - 1), row);
  const slots = slotsOf(pins, view?.layer ?? -1, view?.chosen ?? []);
  const off = view?.masked.flatMap((masked, expert) => (masked ? [expert] : [])) ?? [];
  const key = JSON.stringify([[...slots].sort(([a], [b]) => a - b), off]);
  return useMemo(() => {
    const [kept, switchedOff] = JSON.parse(key) as [readonly (readonly [number, number])[], readonly number[]];
    return { slots: new Map(kept), off: switchedOff };
  }, [key]);
}

/** Counts on the element itself how often it was drawn, for the tests that bound it. */
function useDrawCount<T extends SVGElement>() {
  const ref = useRef<T>(null);
  useEffect(() => {
    const data = ref.current?.dataset;
    if (data !== undefined) data['draws'] = String(Number(data['draws'] ?? 0) + 1);
  });
  return ref;
}
