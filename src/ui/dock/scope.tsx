import type { Scope } from '../../analysis/choices';
import { strings } from '../../state/strings';

const SCOPES: readonly Scope[] = ['all', 'prompt', 'generated'];

/** Which part of the text is counted. */
export function ScopeSwitch({ value, onChange }: { readonly value: Scope; readonly onChange: (scope: Scope) => void }) {
  return (
    <span className="seg" role="group" aria-label={strings.dock.scope.label} data-chrome="">
      {SCOPES.map((scope) => (
        <button key={scope} type="button" aria-pressed={scope === value} onClick={() => onChange(scope)}>
          {strings.dock.scope[scope]}
        </button>
      ))}
    </span>
  );
}
