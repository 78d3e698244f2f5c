import type { ReactNode } from 'react';
import type { DomainRow } from '../../state/evaluation';
import { strings } from '../../state/strings';
import { formatCount } from '../../viz/format';
import { REFERENCES, referenceOf, ReferenceMark } from './BitsChart';

/** A mark in the size in which the figure draws it. */
function Mark({ children }: { readonly children: ReactNode }) {
  return (
    <svg className="mc" width={14} height={14} viewBox="-7 -7 14 14" aria-hidden="true">
      {children}
    </svg>
  );
}

export function BitsKeys({ rows, seen }: { readonly rows: readonly DomainRow[]; readonly seen: Readonly<Record<string, number>> }) {
  const text = strings.about.bits;
  const shown = REFERENCES.filter((reference) => rows.some((row) => referenceOf(row, reference) !== undefined));
  return (
    <div className="keys">
      <span>
        <Mark>
          <circle className="own" r={4.5} />
        </Mark>
        {text.model}
        {seen['bpb'] === undefined ? '' : `, ${text.seen(formatCount(seen['bpb']))}`}
      </span>
      {shown.map((reference) => (
        <span key={reference}>
          <Mark>
            <ReferenceMark reference={reference} better={false} />
          </Mark>
          {text.short[reference]}: {text.reference[reference]}
          {seen[reference] === undefined ? '' : `, ${text.seen(formatCount(seen[reference]))}`}
        </span>
      ))}
      <span>
        <Mark>
          <ReferenceMark reference="denseMatch" better />
        </Mark>
        {text.better}
      </span>
    </div>
  );
}

export function SpecialisationKeys() {
  const text = strings.about.specialisation;
  return (
    <div className="keys">
      <span>
        <Mark>
          <circle className="own" r={4.5} />
        </Mark>
        {text.measured}
      </span>
      <span>
        <Mark>
          <circle className="ref" r={4} />
        </Mark>
        {text.control}
      </span>
    </div>
  );
}

export function FamilyKeys() {
  const text = strings.about.families;
  return (
    <div className="keys">
      {(['home', 'away'] as const).map((template) => (
        <span key={template}>
          <Mark>
            <g className={template === 'away' ? 'iv hollow' : 'iv'}>
              <line x1={-7} x2={7} y1={0} y2={0} />
              <circle r={3.5} />
            </g>
          </Mark>
          {text[template]}
        </span>
      ))}
      <span>
        <Mark>
          <line className="chance" x1={0} x2={0} y1={-7} y2={7} />
        </Mark>
        {text.chance}
      </span>
    </div>
  );
}
