/** The lessons in their order, each with what it takes and how far the visitor came. */
import { useEffect, useState } from 'react';
import type { LessonEntry } from '../../lessons/format';
import { loadIndex } from '../../lessons/load';
import { forgetProgress, progressOf } from '../../lessons/progress';
import { rememberPage } from '../../lessons/session';
import { patch } from '../../state/app';
import { goToStep } from '../../state/lessonPlace';
import { strings } from '../../state/strings';
import { useApp, useAppState } from '../context';
import { Dialog } from '../Dialog';
import { usePageLanguage } from './useLesson';

export default function LessonList({ onClose }: { readonly onClose: () => void }) {
  const app = useApp();
  const text = strings.lessons.list;
  const language = usePageLanguage();
  const [lessons, setLessons] = useState<readonly LessonEntry[]>();
  const [failed, setFailed] = useState(false);
  const [, setForgotten] = useState(0);
  const open = useAppState((state) => state.lesson.id);

  useEffect(() => {
    let gone = false;
    loadIndex(language).then(
      (entries) => {
        if (!gone) setLessons(entries);
      },
      () => {
        if (!gone) setFailed(true);
      },
    );
    return () => {
      gone = true;
    };
  }, [language]);

  const begin = ({ id, steps }: LessonEntry): void => {
    const { done, at } = progressOf(id);
    if (open === '') rememberPage(app);
    onClose();
    // One that was finished begins again.
    goToStep(app, id, done.length >= steps ? 1 : Math.min(at, steps));
  };
  return (
    <Dialog title={text.title} onClose={onClose}>
      <p className="q2 lesson-about">{text.about}</p>
      {failed && <p role="alert">{text.failed}</p>}
      {lessons === undefined && !failed && <p className="q">{text.loading}</p>}
      {lessons !== undefined && (
        <ol className="lesson-list">
          {lessons.map((lesson, i) => (
            <Entry key={lesson.id} lesson={lesson} number={i + 1} onBegin={() => begin(lesson)} />
          ))}
        </ol>
      )}
      <p className="lesson-foot">
        <a className="link" href="./teacher.html">
          {text.teacher}
        </a>
        <button
          type="button"
          className="link"
          onClick={() => {
            forgetProgress();
            setForgotten((n) => n + 1);
            patch(app, 'view', { announcement: text.forgotten });
          }}
        >
          {text.forget}
        </button>
      </p>
    </Dialog>
  );
}

function Entry({ lesson, number, onBegin }: { readonly lesson: LessonEntry; readonly number: number; readonly onBegin: () => void }) {
  const text = strings.lessons.list;
  const { done, at } = progressOf(lesson.id);
  const started = done.length > 0 && done.length < lesson.steps;
  const about = [text.minutes(lesson.minutes), lesson.live ? text.live : text.recorded, text.done(done.length, lesson.steps)].join(' \u00b7 ');
  return (
    <li>
      <button type="button" onClick={onBegin} aria-label={`${started ? text.resume(lesson.title, at) : text.start(lesson.title)}. ${lesson.goal} ${about}`}>
        <span className="lesson-n">{number}</span>
        <span className="lesson-name">
          <b className="b">{lesson.title}</b>
          <span className="q2">{lesson.goal}</span>
          <span className="ax">{about}</span>
        </span>
        <span className="lesson-bar" aria-hidden="true">
          {Array.from({ length: lesson.steps }, (_, i) => (
            <i key={i} className={done.includes(i + 1) ? 'done' : undefined} />
          ))}
        </span>
      </button>
    </li>
  );
}
