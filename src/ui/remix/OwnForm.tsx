import { useId } from 'react';
import { ownOptions, useOwn as takeOwn } from '../../state/remix/question';
import { patchRemix } from '../../state/remix/slice';
import type { OwnQuestion } from '../../state/remix/state';
import { strings } from '../../state/strings';
import { useApp, useAppState } from '../context';

/** The visitor's own question with options, and the answer where it is known. */
export function OwnForm() {
  const app = useApp();
  const id = useId();
  const own = useAppState((state) => state.remix.own);
  const fault = useAppState((state) => state.remix.fault);
  const text = strings.remix.own;
  const set = (part: Partial<OwnQuestion>): void => patchRemix(app, { own: { ...own, ...part }, fault: '' });
  const options = ownOptions(own);
  return (
    <form
      className="rown"
      aria-label={text.title}
      onSubmit={(event) => {
        event.preventDefault();
        void takeOwn(app);
      }}
    >
      <label>
        <span className="k">
          {text.prompt} <span className="ax">{text.promptHint}</span>
        </span>
        <textarea className="cprompt" rows={2} value={own.prompt} aria-describedby={fault === '' ? undefined : `${id}-fault`} onChange={(event) => set({ prompt: event.target.value })} />
      </label>
      <label>
        <span className="k">
          {text.options} <span className="ax">{text.optionsHint}</span>
        </span>
        <textarea className="cprompt" rows={3} value={own.options} aria-describedby={fault === '' ? undefined : `${id}-fault`} onChange={(event) => set({ options: event.target.value })} />
      </label>
      <div className="rown-end">
        <label className="rfield">
          <span className="k">{text.answer}</span>
          <select className="quiet" value={options.includes(own.answer) ? own.answer : ''} onChange={(event) => set({ answer: event.target.value })}>
            <option value="">{text.answerNone}</option>
            {[...new Set(options)].map((option) => (
              <option key={option} value={option}>
                {option.trim()}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" className="btn solid">
          {text.use}
        </button>
        {fault !== '' && (
          <p className="rfault" id={`${id}-fault`} role="alert">
            {fault}
          </p>
        )}
      </div>
    </form>
  );
}
