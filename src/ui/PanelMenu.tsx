import { useCallback, useRef, useState } from 'react';
import { strings } from '../state/strings';
import { Icon } from './Icon';
import { useDismiss } from './useDismiss';

export interface PanelActions {
  readonly title: string;
  /** Formula and n, as a reminder of what the files will hold. */
  readonly about: string;
  readonly asTable: boolean;
  readonly maximised: boolean;
  readonly hasTable: boolean;
  readonly onTable: () => void;
  readonly onCsv: () => void;
  readonly onSvg: () => void;
  readonly onPng: () => void;
  readonly onMaximise: () => void;
}

/** What every panel offers: its numbers as a table and as files, and the whole page. */
export function PanelMenu(actions: PanelActions) {
  const { title, about, asTable, maximised, hasTable } = actions;
  const text = strings.dock.panel;
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLSpanElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const close = useCallback(() => setOpen(false), []);
  useDismiss(open, anchor, close);
  const choose = (act: () => void) => (): void => {
    setOpen(false);
    button.current?.focus();
    act();
  };
  return (
    <span className="acts" data-chrome="">
      <span
        className="anchor"
        ref={anchor}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || !open) return;
          event.preventDefault();
          event.stopPropagation();
          setOpen(false);
          button.current?.focus();
        }}
      >
        <button ref={button} type="button" className="act" aria-label={text.options(title)} title={text.options(title)} aria-expanded={open} onClick={() => setOpen(!open)}>
          <Icon name="more" />
        </button>
        {open && (
          <span className="popup act-list">
            <span className="about">{about}</span>
            {hasTable && (
              <>
                <button type="button" onClick={choose(actions.onTable)}>
                  {asTable ? text.asFigure : text.asTable}
                </button>
                <button type="button" onClick={choose(actions.onCsv)}>
                  {text.downloadCsv}
                </button>
              </>
            )}
            <button type="button" onClick={choose(actions.onSvg)}>
              {text.downloadSvg}
            </button>
            <button type="button" onClick={choose(actions.onPng)}>
              {text.downloadPng}
            </button>
          </span>
        )}
      </span>
      <button type="button" className="act hide-s" aria-label={maximised ? text.restore(title) : text.maximise(title)} title={`${maximised ? text.restore(title) : text.maximise(title)} (m)`} onClick={actions.onMaximise}>
        <Icon name={maximised ? 'restore' : 'maximise'} />
      </button>
    </span>
  );
}
