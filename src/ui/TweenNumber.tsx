import { useLayoutEffect, useRef, useState } from 'react';

/** As long as a bar takes for the same change (`--t-drag`), ms. */
const TWEEN_MS = 150;

/** Where a number on its way stands: fast first, then slower, as the bar beside it. */
export function tweenAt(from: number, to: number, elapsedMs: number, durationMs = TWEEN_MS): number {
  const left = 1 - Math.min(1, Math.max(0, elapsedMs / durationMs));
  return to + (from - to) * left ** 3;
}

interface Props {
  readonly value: number;
  readonly format: (value: number) => string;
  /** What the number is about: with another one it jumps, with the same one it runs to its new value. */
  readonly about: unknown;
}

/** A number that runs to its new value beside its bar. A newer value takes over from where it stands; with reduced motion it jumps. */
export function TweenNumber({ value, format, about }: Props) {
  const ref = useRef<HTMLSpanElement>(null);
  const shown = useRef({ value, about });
  const [first] = useState(() => format(value));
  useLayoutEffect(() => {
    const element = ref.current;
    const before = shown.current;
    const write = (now: number): void => {
      shown.current = { value: now, about };
      if (element !== null) element.textContent = format(now);
    };
    if (before.about !== about || !Number.isFinite(before.value) || !Number.isFinite(value) || matchMedia('(prefers-reduced-motion: reduce)').matches) {
      write(value);
      return undefined;
    }
    if (before.value === value) return undefined;
    write(before.value);
    let start: number | undefined;
    let frame = requestAnimationFrame(function step(now) {
      start ??= now;
      write(now - start >= TWEEN_MS ? value : tweenAt(before.value, value, now - start));
      if (now - start < TWEEN_MS) frame = requestAnimationFrame(step);
    });
    return () => cancelAnimationFrame(frame);
  }, [value, format, about]);
  // From then on its text is the effect's, so that a rendering in between does not jump ahead.
  return <span ref={ref}>{first}</span>;
}
