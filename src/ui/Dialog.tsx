import { useId, useLayoutEffect, useRef, type ReactNode } from 'react';
import { strings } from '../state/strings';
import { Icon } from './Icon';

/** The browser's own modal dialog: it keeps and returns focus, and Escape closes it. */
export function Dialog({ title, onClose, children }: { readonly title: string; readonly onClose: () => void; readonly children: ReactNode }) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  // Before the element leaves the document, since only then does closing it give the focus back.
  useLayoutEffect(() => {
    const dialog = ref.current;
    if (dialog !== null && !dialog.open) dialog.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={ref}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <div className="dlg-head">
        <h2 id={id}>{title}</h2>
        <button type="button" className="dlg-close" aria-label={strings.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      <div className="dlg-body">{children}</div>
    </dialog>
  );
}
