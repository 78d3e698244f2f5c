import { memo, useLayoutEffect, useMemo, useState, type PointerEvent } from 'react';
import { plain } from '../../base/numerals';
import { seek } from '../../state/focus';
import { tokenOfColumn } from '../../state/comparison';
import { tokenWords } from '../../state/comparisonLabels';
import { strings } from '../../state/strings';
import { entropyScale } from '../../viz/entropyScale';
import { layoutSentence, scrollToShow, tokenAt, tokensBetween } from '../../viz/sentence';
import { spokenToken } from '../../viz/tokenMarks';
import { useApp, useAppState } from '../context';
import { TokenText } from '../TokenText';
import { useSize } from '../useSize';
import { useTextWidths } from '../useTextWidths';
import { two } from './DistanceChart';
import { CHIP, PLOT, STRIP_HEIGHT, StripChart } from './StripChart';
import type { Comparison } from './useComparison';

/** Window that is drawn beside what is in sight, and the step in which it moves, px. */
const OVERSCAN = 400;
const LAYOUT = { padding: 5, gap: 2, minimum: 18 };
const NOTHING: readonly string[] = [];

/** Both texts on one axis: A above B, column by column, boxed where the token is another, and how far routing moved. */
export function CompareStrip({ comparison }: { readonly comparison: Comparison }) {
  const { pair, texts, here } = comparison;
  const { a, b, alignment } = texts;
  const app = useApp();
  const unit = useAppState((state) => state.view.unit);
  const columns = alignment.a.length;
  const [textsA, textsB] = [useColumnTexts(alignment.a, a.tokens.text), useColumnTexts(alignment.b, b.tokens.text)];
  const [widthsA, widthsB] = [useTextWidths(textsA), useTextWidths(textsB)];
  const tokens = pair.kind === 'tokens';
  const layout = useMemo(() => layoutSentence(tokens ? widthsA : widthsA.map((width, c) => Math.max(width, widthsB[c] ?? 0)), LAYOUT), [tokens, widthsA, widthsB]);
  const scale = useMemo(() => entropyScale(a.output.entropy, unit, PLOT), [a, unit]);
  const entropies = useMemo(() => Array.from(alignment.a, (token) => (token < 0 ? Number.NaN : scale.before(token))), [alignment, scale]);
  const { ref, width } = useSize<HTMLDivElement>();
  const [start, setStart] = useState(0);
  const total = Math.max(width, layout.total + 2);
  const [from, to] = [Math.max(0, start - OVERSCAN), Math.min(total, start + Math.max(width, 1) + 2 * OVERSCAN)];
  const { first, end } = tokensBetween(layout, from, to);
  const parts = texts.parts ?? columns;

  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null || width === 0) return;
    const wanted = scrollToShow(layout, here.column, element.scrollLeft, width);
    if (wanted !== element.scrollLeft) element.scrollLeft = wanted;
  }, [layout, ref, here.column, width]);

  const seekTo = (event: PointerEvent<HTMLDivElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    seek(app, tokenOfColumn(texts, pair.shown, tokenAt(layout, event.clientX - box.left)));
  };
  const promptEnd = tokens ? columns : texts.samePrompt ? Math.min(a.run.promptTokens, columns) : 0;
  const firstWritten = alignment.a.findIndex((token) => token >= a.run.promptTokens);
  const written = firstWritten > 0 ? firstWritten : undefined;
  const moved = here.tokenA >= 0 && here.tokenB >= 0 ? texts.moved?.[here.column] : undefined;

  return (
    <div className="score cstrip">
      <StripSide scale={scale} />
      <div
        ref={ref}
        className="score-scroll"
        role="listbox"
        tabIndex={0}
        aria-label={strings.compare.strip}
        aria-orientation="horizontal"
        aria-activedescendant={`column-${here.column}`}
        data-keys="tokens"
        onScroll={(event) => {
          const next = Math.floor(event.currentTarget.scrollLeft / OVERSCAN) * OVERSCAN;
          if (next !== start) setStart(next);
        }}
      >
        <div
          className="score-body"
          role="presentation"
          style={{ width: total, height: STRIP_HEIGHT }}
          onPointerDown={(event) => {
            if (event.button === 0) seekTo(event);
          }}
          onPointerMove={(event) => {
            if (event.pointerType === 'mouse' && event.buttons === 1) seekTo(event);
          }}
        >
          <svg role="presentation" aria-hidden="true" width={to - from} height={STRIP_HEIGHT} viewBox={`${from} 0 ${to - from} ${STRIP_HEIGHT}`} style={{ left: from }}>
            <StripChart layout={layout} range={{ first, end, from, to }} scale={scale} entropies={entropies} moved={texts.moved} parts={parts} column={here.column} written={written} />
          </svg>
          {promptEnd > 1 && (
            <span className="csame" style={{ top: PLOT + CHIP, height: CHIP }}>
              {pair.token === undefined ? strings.compare.samePrompt : strings.compare.tokens.alongside(pair.token + 1, tokenWords(b, pair.token))}
            </span>
          )}
          {Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i).map((c) => {
            const value = texts.moved?.[c] ?? Number.NaN;
            const [textA, textB] = [textsA[c] ?? '', textsB[c] ?? ''];
            return (
              <Column
                key={c}
                index={c}
                total={columns}
                a={(alignment.a[c] ?? -1) < 0 ? undefined : textA}
                b={(alignment.b[c] ?? -1) < 0 ? undefined : textB}
                showB={c >= promptEnd}
                isB={c === pair.token}
                tokens={tokens}
                other={!tokens && a.tokens.ids[alignment.a[c] ?? -1] !== b.tokens.ids[alignment.b[c] ?? -1]}
                generated={(alignment.a[c] ?? 0) >= a.run.promptTokens}
                current={c === here.column}
                left={layout.left[c] ?? 0}
                width={layout.width[c] ?? 0}
                moved={Number.isFinite(value) ? two(value) : ''}
              />
            );
          })}
        </div>
      </div>
      <div className="cnote">
        {moved !== undefined && Number.isFinite(moved) && <span className="b">{strings.compare.movedValue(two(moved))}</span>}
        <span>{tokens ? strings.compare.tokens.note : strings.compare.movedNote}</span>
        <span>{tokens ? strings.compare.tokens.noteScale : strings.compare.faintNote}</span>
      </div>
    </div>
  );
}

function useColumnTexts(tokens: Int32Array, texts: readonly string[]): readonly string[] {
  return useMemo(() => (tokens.length === 0 ? NOTHING : Array.from(tokens, (token) => (token < 0 ? '' : (texts[token] ?? '')))), [tokens, texts]);
}

function StripSide({ scale }: { readonly scale: ReturnType<typeof entropyScale> }) {
  const text = strings.compare;
  return (
    <svg className="score-side" width={64} height={STRIP_HEIGHT} aria-hidden="true">
      <text x={0} y={scale.y(scale.ticks.at(-1) ?? 0) + 4}>
        {strings.units[scale.unit]}
      </text>
      {scale.ticks.map((value) => (
        <text key={value} x={56} y={scale.y(value) + 4} textAnchor="end">
          {plain(value)}
        </text>
      ))}
      <text className="ink strong" x={56} y={PLOT + CHIP / 2 + 5} textAnchor="end">
        {text.a}
      </text>
      <text className="ink strong" x={56} y={PLOT + 1.5 * CHIP + 5} textAnchor="end">
        {text.b}
      </text>
      <text x={56} y={STRIP_HEIGHT - 6} textAnchor="end">
        {text.moved}
      </text>
    </svg>
  );
}

interface ColumnProps {
  readonly index: number;
  readonly total: number;
  readonly a: string | undefined;
  readonly b: string | undefined;
  readonly showB: boolean;
  /** The token that is B itself. */
  readonly isB: boolean;
  readonly tokens: boolean;
  readonly other: boolean;
  readonly generated: boolean;
  readonly current: boolean;
  readonly left: number;
  readonly width: number;
  readonly moved: string;
}

const Column = memo(function Column({ index, total, a, b, showB, isB, tokens, other, generated, current, left, width, moved }: ColumnProps) {
  const text = strings.compare;
  const spoken = (token: string | undefined): string => (token === undefined ? text.none : spokenToken(token));
  return (
    <span
      id={`column-${index}`}
      className={`ccol${current ? ' cur' : ''}`}
      role="option"
      aria-selected={current}
      aria-posinset={index + 1}
      aria-setsize={total}
      aria-label={tokens ? `${text.tokens.column(index + 1, spoken(a), moved)}${isB ? `, ${text.tokens.spoken}` : ''}` : text.token(index + 1, spoken(a), spoken(b), moved)}
      style={{ left, width, top: PLOT }}
    >
      <span className={`chip${generated ? ' gen' : ''}${current && a !== undefined ? ' cur' : ''}${isB ? ' is-b' : ''}`} style={{ height: CHIP }}>
        {a !== undefined && <TokenText text={a} />}
      </span>
      {showB && (
        <span className={`cb${other && b !== undefined ? ' other' : ''}`} style={{ top: CHIP, height: CHIP }}>
          {b !== undefined && <TokenText text={b} />}
        </span>
      )}
    </span>
  );
});
