import { useLayoutEffect, useRef, useState, type RefObject } from 'react';

/** Content width and height of an element in px, kept up to date. */
export function useSize<T extends Element>(): { readonly ref: RefObject<T | null>; readonly width: number; readonly height: number } {
  const ref = useRef<T>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const measure = (): void => {
      const { clientWidth: width, clientHeight: height } = element;
      setSize((before) => (before.width === width && before.height === height ? before : { width, height }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { ref, ...size };
}
