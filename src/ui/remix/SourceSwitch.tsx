import { useState } from 'react';
import { strings } from '../../state/strings';

const SOURCES = ['here', 'shipped'] as const;
type SourceName = (typeof SOURCES)[number];

export interface Source {
  readonly name: SourceName;
  readonly choose: (name: SourceName) => void;
  /** Both have something to show. */
  readonly both: boolean;
}

/** Results of this page where there are any, else those that came with it, until the visitor chooses. */
export function useSource(here: boolean, shipped: boolean): Source {
  const [chosen, choose] = useState<SourceName>();
  const name = chosen !== undefined && (chosen === 'here' ? here : shipped) ? chosen : here || !shipped ? 'here' : 'shipped';
  return { name, choose, both: here && shipped };
}

/** Which of the two is shown; nothing where there is no choice. */
export function SourceSwitch({ source: { name, choose, both } }: { readonly source: Source }) {
  const text = strings.remixFigures;
  if (!both) return null;
  return (
    <span className="seg" role="group" aria-label={text.sourceLabel}>
      {SOURCES.map((one) => (
        <button key={one} type="button" aria-pressed={one === name} onClick={() => choose(one)}>
          {text.source[one]}
        </button>
      ))}
    </span>
  );
}
