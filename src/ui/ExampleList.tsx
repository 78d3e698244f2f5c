import { strings } from '../state/strings';
import { chooseExample } from '../state/traces';
import { useApp, useAppState } from './context';

/** One button an example; arrow keys move between them. */
export function ExampleList({ onChoose }: { readonly onChoose: () => void }) {
  const app = useApp();
  const examples = useAppState((state) => state.traces.examples);
  return (
    <ul
      aria-label={strings.examples.title}
      onKeyDown={(event) => {
        if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
        event.preventDefault();
        const buttons = [...event.currentTarget.querySelectorAll('button')];
        const at = buttons.findIndex((button) => button === document.activeElement);
        const next = at + (event.key === 'ArrowDown' ? 1 : -1);
        buttons[(next + buttons.length) % buttons.length]?.focus();
      }}
    >
      {examples.map((example, i) => (
        <li key={example.id}>
          <button
            type="button"
            autoFocus={i === 0}
            onClick={() => {
              void chooseExample(app, example);
              onChoose();
            }}
          >
            {strings.names.example(example.title)}
            <span className="ex-p">
              <bdi>{example.prompt.replaceAll('\n', ' \u21b5 ')}</bdi>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
