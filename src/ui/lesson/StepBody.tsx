/** One step: its text, a guess, the task, and what came of it. */
import { useId, useState, type ReactNode } from 'react';
import { holds } from '../../lessons/checks/check';
import type { AppState } from '../../state/state';
import { strings } from '../../state/strings';
import { useAppState } from '../context';
import { filled, type Step } from './values';

interface Props {
  readonly step: Step;
  readonly done: boolean;
  readonly onShow: () => void;
  readonly onThere: (() => void) | undefined;
  /** Back and next. */
  readonly children: ReactNode;
}

export function StepBody({ step, done, onShow, onThere, children }: Props) {
  const [hint, setHint] = useState(false);
  const [guess, setGuess] = useState<number>();
  const say = useFilled(step);
  const text = strings.lessons.card;
  const id = useId();
  return (
    <div className="lesson-cols">
      <p className="lesson-text" tabIndex={-1} data-lesson-text="">
        {say(step.text)}
      </p>
      <div className="lesson-do">
        {step.predict !== undefined && (done ? <Outcome step={step} guess={guess} say={say} /> : <Guess predict={step.predict} guess={guess} onGuess={setGuess} say={say} />)}
        {!done && (
          <p className="lesson-task">
            <b className="b">{text.task}</b> {say(step.task)}
          </p>
        )}
        {!done && hint && (
          <p className="lesson-hint" id={id}>
            {say(step.hint)}
          </p>
        )}
        {done && <Why step={step} say={say} />}
      </div>
      <div className="lesson-acts">
        <span className="lesson-helps">
          {onThere !== undefined && (
            <button type="button" className="link" title={text.thereHint} onClick={onThere}>
              {text.there}
            </button>
          )}
          <button type="button" className="link" aria-expanded={hint && !done} disabled={done} onClick={() => setHint(!hint)}>
            {hint && !done ? text.hideHint : text.hint}
          </button>
          <button type="button" className="link" onClick={onShow}>
            {text.showMe}
          </button>
          {step.file !== undefined && (
            <a className="link" href={step.file} download>
              {text.file(step.file.split('/').at(-1) ?? step.file)}
            </a>
          )}
        </span>
        {children}
      </div>
    </div>
  );
}

type Say = (text: string) => string;

/** Writes texts with the values of the run on the page. Only what the values are read from makes them anew. */
function useFilled(step: Step): Say {
  const state = useAppState(whole);
  return (text) => filled(state, step, text);
}

const whole = (state: AppState): AppState => state;

function Guess({ predict, guess, onGuess, say }: { readonly predict: NonNullable<Step['predict']>; readonly guess: number | undefined; readonly onGuess: (option: number) => void; readonly say: Say }) {
  const name = useId();
  return (
    <fieldset className="lesson-guess">
      <legend>
        <b className="b">{strings.lessons.card.predict}</b> {say(predict.question)}
      </legend>
      {predict.options.map((option, i) => (
        <label key={option.text}>
          <input type="radio" name={name} checked={guess === i} onChange={() => onGuess(i)} />
          {say(option.text)}
        </label>
      ))}
    </fieldset>
  );
}

/** What really happened, as the state says, beside what was guessed. */
function Outcome({ step, guess, say }: { readonly step: Step; readonly guess: number | undefined; readonly say: Say }) {
  const state = useAppState(whole);
  const text = strings.lessons.card;
  // What happened is fixed when the task is done; what the visitor does later does not change it.
  const [held] = useState(() => step.predict?.options.findIndex(({ when }) => holds(state, when)) ?? -1);
  const answer = step.predict?.options[held];
  if (answer === undefined) return <p className="lesson-outcome">{text.noneHeld}</p>;
  return <p className="lesson-outcome">{guess === undefined ? text.noGuess(say(answer.text)) : guess === held ? text.guessRight : text.guessWrong(say(answer.text))}</p>;
}

function Why({ step, say }: { readonly step: Step; readonly say: Say }) {
  const state = useAppState(whole);
  const [agrees] = useState(() => step.claims.every((claim) => holds(state, claim)));
  const [words] = useState(() => say(step.why));
  const text = strings.lessons.card;
  return (
    <>
      <p className="lesson-why">
        <b className="b lesson-check">{text.check}</b> {words}
      </p>
      {!agrees && <p className="lesson-hint">{text.otherwise}</p>}
    </>
  );
}
