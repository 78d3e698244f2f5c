import { useEffect, useRef } from 'react';
import { fixed } from '../base/numerals';
import { makeChange } from '../state/editActions';
import { randomSeed } from '../state/generate';
import { strings } from '../state/strings';
import type { Trace } from '../trace/trace';
import type { EntropyScale } from '../viz/entropyScale';
import { formatShare } from '../viz/format';
import { spokenToken, tokenLabel } from '../viz/tokenMarks';
import { useApp } from './context';
import { TokenText } from './TokenText';
import { useDismiss } from './useDismiss';

interface Props {
  readonly trace: Trace;
  /** A token that the model wrote. */
  readonly token: number;
  readonly scale: EntropyScale;
  readonly left: number;
  readonly top: number;
  /** Opened by a key: the focus goes into it, and comes back with `onClose(true)`. */
  readonly byKey: boolean;
  readonly onClose: (back: boolean) => void;
}

const LISTED = 5;

/** What else could stand in the place of a written token: a click makes the text go on with it, or lets it be drawn anew behind this one. */
export function TokenMenu({ trace, token, scale, left, top, byKey, onClose }: Props) {
  const app = useApp();
  const anchor = useRef<HTMLDivElement>(null);
  const text = strings.timeline.menu;
  const h = scale.before(token);
  const own = trace.tokens.ids[token] ?? -1;
  const rows = alternatives(trace, token);
  const greedy = (trace.run.sampling?.temperature ?? 0) === 0;
  useDismiss(true, anchor, () => onClose(false));
  useEffect(() => {
    if (byKey) anchor.current?.querySelector<HTMLElement>('button:not(:disabled)')?.focus();
  }, [byKey]);
  const go = (act: () => void): void => {
    onClose(true);
    act();
  };
  return (
    <div
      ref={anchor}
      className="tip token-menu"
      role="group"
      aria-label={text.label(token + 1, spokenToken(trace.tokens.text[token] ?? ''))}
      style={{ left, top }}
      onKeyDown={(event) => {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (event.key === 'Escape') onClose(true);
        else if (step !== undefined) moveFocus(anchor.current, step);
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <div className="tip-h">{Number.isFinite(h) ? strings.timeline.tip(fixed(h, 2), scale.unit) : strings.timeline.tipUnknown}</div>
      {rows.map(({ id, p, name }) => (
        <button
          key={id}
          type="button"
          className={id === own ? 'tip-row b' : 'tip-row'}
          disabled={id === own}
          aria-label={`${spokenToken(name)}, ${formatShare(p, 3)}. ${id === own ? strings.next.chosen : strings.edits.next.force(tokenLabel(name))}`}
          onClick={() => go(() => makeChange(app, { kind: 'force', token: id, text: name }, { from: token }))}
        >
          <TokenText text={name} />
          <i style={{ width: `${Math.round(48 * p)}px` }} />
          <span>{formatShare(p, 3)}</span>
        </button>
      ))}
      {rows.length === 0 && <p className="q">{text.none}</p>}
      <button type="button" className="token-on" disabled={greedy || token >= trace.tokens.ids.length - 1} title={greedy ? text.greedy : text.onHint} onClick={() => go(() => makeChange(app, { kind: 'redraw', seed: randomSeed() }, { from: token + 1 }))}>
        {text.on}
      </button>
      {greedy && <p className="q">{text.greedy}</p>}
    </div>
  );
}

/** The likeliest candidates for a place, and the token that stands there. */
function alternatives(trace: Trace, token: number): readonly { readonly id: number; readonly p: number; readonly name: string }[] {
  const { top } = trace.output;
  if (top === undefined || token === 0) return [];
  const from = (token - 1) * top.count;
  const own = trace.tokens.ids[token];
  const name = (id: number): string => (id === own ? trace.tokens.text[token] : trace.tokens.names?.get(id)) ?? `#${id}`;
  const all = Array.from({ length: top.count }, (_, i) => ({ id: top.ids[from + i] ?? 0, p: top.prob[from + i] ?? 0 }));
  const first = all.slice(0, LISTED);
  const written = all.find(({ id }) => id === own);
  const listed = written === undefined || first.includes(written) ? first : [...first.slice(0, -1), written];
  return listed.map(({ id, p }) => ({ id, p, name: name(id) }));
}

function moveFocus(menu: HTMLElement | null, by: number): void {
  const buttons = [...(menu?.querySelectorAll<HTMLElement>('button:not(:disabled)') ?? [])];
  const at = buttons.findIndex((button) => button === document.activeElement);
  buttons[(at + by + buttons.length) % buttons.length]?.focus();
}
