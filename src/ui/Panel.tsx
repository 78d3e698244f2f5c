import type { ReactNode } from 'react';
import { strings } from '../state/strings';
import { usePanel, type PanelOptions } from './usePanel';

interface Props extends PanelOptions {
  /** Accessible name; the title where absent. */
  readonly label?: string;
  readonly className?: string;
  /** Beside the title, in place of formula and n. */
  readonly head?: ReactNode;
  /** Controls at the end of the head line. */
  readonly tools?: ReactNode;
  readonly children: ReactNode;
}

/** A panel with what every panel has: title, one-line formula, n, table view, CSV, SVG, PNG and maximising (`m`). */
export function Panel({ label, className = '', head, tools, children, ...options }: Props) {
  const { section, actions, asTable, maximised } = usePanel(options);
  const { title, formula, n } = options;
  return (
    <section {...section} className={`panel ${className}${maximised ? ' maximised' : ''}`} aria-label={label ?? title}>
      <div className="ph">
        <h2>{title}</h2>
        {head === undefined ? <PanelAbout formula={formula} n={n} /> : head}
        <span className="grow" />
        {tools}
        {actions}
      </div>
      {asTable}
      <div className="panel-body" hidden={asTable !== undefined}>
        {children}
      </div>
    </section>
  );
}

/** Formula and n; where room is short the formula gives way, never n. */
function PanelAbout({ formula, n }: { readonly formula: string; readonly n: string }) {
  return (
    <>
      {formula !== '' && (
        <span className="ax" title={formula}>
          {formula}
        </span>
      )}
      {n !== '' && <span className="ax of">{strings.dock.panel.n(n)}</span>}
    </>
  );
}
