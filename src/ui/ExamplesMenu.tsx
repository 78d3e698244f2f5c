import { useEffect, useRef, useState } from 'react';
import { strings } from '../state/strings';
import { useAppState } from './context';
import { ExampleList } from './ExampleList';

/** The examples as a small list under their button. Closes on choice, on Escape, and when focus or pointer go elsewhere. */
export function ExamplesMenu() {
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const empty = useAppState((state) => state.traces.examples.length === 0);

  useEffect(() => {
    if (!open) return;
    const outside = (event: Event): void => {
      if (event.target instanceof Node && anchor.current?.contains(event.target) === false) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    document.addEventListener('focusin', outside);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('focusin', outside);
    };
  }, [open]);

  return (
    <div
      className="anchor"
      ref={anchor}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return;
        event.stopPropagation();
        setOpen(false);
        button.current?.focus();
      }}
    >
      <button ref={button} type="button" className="tool menu" aria-expanded={open} disabled={empty} onClick={() => setOpen(!open)}>
        {strings.tool.examples}
      </button>
      {open && (
        <div className="popup examples">
          <ExampleList
            onChoose={() => {
              setOpen(false);
              button.current?.focus();
            }}
          />
        </div>
      )}
    </div>
  );
}
