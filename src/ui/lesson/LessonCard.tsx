/** The card of an open lesson: a band under the bar, on a phone a sheet over the tabs. */
import { useEffect, useState, type KeyboardEvent } from 'react';
import { progressOf } from '../../lessons/progress';
import { forgetStep, leaveLesson, showSolution } from '../../lessons/session';
import { patch } from '../../state/app';
import { goToStep } from '../../state/lessonPlace';
import { strings } from '../../state/strings';
import { useApp, useAppState } from '../context';
import { Icon } from '../Icon';
import { focusSpot, markSpot } from './spots';
import { StepBody } from './StepBody';
import { useLesson, useStep } from './useLesson';
import type { Lesson, Step } from './values';

const CARD = 'lesson-card';

function focusText(): void {
  document.querySelector<HTMLElement>(`#${CARD} [data-lesson-text]`)?.focus();
}

export default function LessonCard() {
  const app = useApp();
  const { id, step } = useAppState((state) => state.lesson);
  const loaded = useLesson(id);
  const text = strings.lessons.card;
  useEffect(
    () => () => {
      if (app.store.getState().lesson.id === '') forgetStep();
    },
    [app],
  );
  const leave = (): void => {
    leaveLesson(app);
    patch(app, 'view', { announcement: strings.lessons.spoken.left });
    document.querySelector<HTMLElement>('[data-lessons]')?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    event.preventDefault();
    leave();
  };
  return (
    <section id={CARD} className="lesson" aria-label={text.region} onKeyDown={onKeyDown}>
      <div className="wrap">
        {loaded.phase === 'loading' && <p className="lesson-wait">{text.loading}</p>}
        {loaded.phase === 'failed' && <Failed id={id} faults={loaded.faults} onLeave={leave} />}
        {loaded.phase === 'ready' && <Open key={loaded.lesson.id} lesson={loaded.lesson} number={Math.min(step, loaded.lesson.steps.length)} onLeave={leave} />}
      </div>
    </section>
  );
}

function Failed({ id, faults, onLeave }: { readonly id: string; readonly faults: readonly string[]; readonly onLeave: () => void }) {
  const text = strings.lessons.card;
  return (
    <div className="lesson-failed" role="alert">
      <p className="b">{text.failed(id)}</p>
      <ul>
        {faults.slice(0, 8).map((fault) => (
          <li key={fault}>{fault}</li>
        ))}
      </ul>
      <button type="button" className="btn" onClick={onLeave}>
        {text.leave}
      </button>
    </div>
  );
}

function Open({ lesson, number, onLeave }: { readonly lesson: Lesson; readonly number: number; readonly onLeave: () => void }) {
  const step = lesson.steps[number - 1];
  return step === undefined ? null : <OpenStep key={number} lesson={lesson} number={number} step={step} onLeave={onLeave} />;
}

function OpenStep({ lesson, number, step, onLeave }: { readonly lesson: Lesson; readonly number: number; readonly step: Step; readonly onLeave: () => void }) {
  const app = useApp();
  const { entered, done } = useStep(lesson, number, step);
  const [folded, setFolded] = useState(false);
  const text = strings.lessons.card;
  const total = lesson.steps.length;

  useEffect(() => patch(app, 'lesson', { steps: total }), [app, total]);
  // The reader begins at the text of a step; the part that is marked is one button away.
  useEffect(() => {
    if (!entered) return;
    patch(app, 'view', { announcement: strings.lessons.spoken.opened(lesson.title, number, total) });
    focusText();
  }, [app, entered, number, lesson.title, total]);
  useEffect(() => (entered ? markSpot(step.spot) : undefined), [entered, step.spot]);
  // A lesson that is open gives the sheets of a phone less room.
  useEffect(() => {
    document.documentElement.dataset['lesson'] = folded ? 'folded' : 'open';
    return () => {
      delete document.documentElement.dataset['lesson'];
    };
  }, [folded]);

  const show = async (): Promise<void> => {
    await showSolution(app, step);
    if (step.spot !== undefined) focusSpot(step.spot);
  };
  const there = (): void => {
    setFolded(true);
    if (step.spot !== undefined) focusSpot(step.spot);
  };
  return (
    <div className={`lesson-in${folded ? ' folded' : ''}`} data-step={number} data-entered={entered} data-done={done}>
      <header className="lesson-head">
        <button type="button" className="lesson-fold" aria-expanded={!folded} aria-label={folded ? text.open : text.fold} onClick={() => setFolded(!folded)} />
        <h2>{lesson.title}</h2>
        <span className="q lesson-count">{text.step(number, total)}</span>
        <Dots lesson={lesson} number={number} done={done} />
        <span className="grow" />
        <button type="button" className="act lesson-leave" aria-label={text.leave} title={text.leave} onClick={onLeave}>
          <Icon name="close" />
        </button>
      </header>
      <StepBody step={step} done={done} onShow={() => void show()} onThere={step.spot === undefined ? undefined : there}>
        <span className="lesson-nav">
          <button type="button" className="btn" disabled={number === 1} onClick={() => goToStep(app, lesson.id, number - 1)}>
            {text.back}
          </button>
          {number < total ? (
            <button type="button" className={done ? 'btn solid' : 'btn'} onClick={() => goToStep(app, lesson.id, number + 1)}>
              {text.next}
            </button>
          ) : (
            <button
              type="button"
              className={done ? 'btn solid' : 'btn'}
              onClick={() => {
                onLeave();
                // The list offers the next one.
                patch(app, 'view', { dialog: 'lessons' });
              }}
            >
              {text.finish}
            </button>
          )}
        </span>
      </StepBody>
    </div>
  );
}

/** The steps as small marks: done, open, to come. Each goes to its step. */
function Dots({ lesson, number, done }: { readonly lesson: Lesson; readonly number: number; readonly done: boolean }) {
  const app = useApp();
  const text = strings.lessons.card;
  const known = progressOf(lesson.id).done;
  return (
    <ol className="lesson-dots" aria-label={text.steps}>
      {lesson.steps.map((_, i) => {
        const n = i + 1;
        const finished = known.includes(n) || (n === number && done);
        return (
          <li key={n}>
            <button type="button" className={finished ? 'done' : undefined} aria-current={n === number ? 'step' : undefined} aria-label={text.goTo(n, finished)} onClick={() => goToStep(app, lesson.id, n)} />
          </li>
        );
      })}
    </ol>
  );
}
