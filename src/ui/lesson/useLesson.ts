/** The lesson that is open, and what became of its step. */
import { useEffect, useState } from 'react';
import { holds } from '../../lessons/checks/check';
import { loadLesson, LessonError } from '../../lessons/load';
import { keepDone, keepStep } from '../../lessons/progress';
import { beginStep, enterStep, showParts } from '../../lessons/session';
import { patch } from '../../state/app';
import { DEFAULTS } from '../../state/settings';
import { strings } from '../../state/strings';
import { useApp, useAppState } from '../context';
import { filled, type Lesson, type Step } from './values';

export type Loaded = { readonly phase: 'loading' } | { readonly phase: 'failed'; readonly faults: readonly string[] } | { readonly phase: 'ready'; readonly lesson: Lesson };

/** The lesson of an id in the page's language. */
export function useLesson(id: string): Loaded {
  const [loaded, setLoaded] = useState<{ readonly id: string; readonly state: Loaded }>({ id, state: { phase: 'loading' } });
  const language = usePageLanguage();
  useEffect(() => {
    let gone = false;
    loadLesson(language, id).then(
      (lesson) => {
        if (!gone) setLoaded({ id, state: { phase: 'ready', lesson } });
      },
      (error: unknown) => {
        if (!gone) setLoaded({ id, state: { phase: 'failed', faults: error instanceof LessonError ? error.faults : [String(error)] } });
      },
    );
    return () => {
      gone = true;
    };
  }, [id, language]);
  return loaded.id === id ? loaded.state : { phase: 'loading' };
}

/** The language that the page speaks. */
export function usePageLanguage(): string {
  return useAppState((state) => state.view.spoken);
}

export interface Stage {
  readonly entered: boolean;
  readonly done: boolean;
}

/** Enters a step and watches its check, once in the life of a component. A step is done once; what the visitor does later takes nothing away. */
export function useStep(lesson: Lesson, number: number, step: Step): Stage {
  const app = useApp();
  const key = `${lesson.id} ${number}`;
  const [stage, setStage] = useState<Stage>({ entered: false, done: false });

  useEffect(() => {
    let gone = false;
    let stop: (() => void) | undefined;
    const resumed = beginStep(app, key) || app.store.getState().lesson.resumed;
    keepStep(lesson.id, number);
    const watch = (): void => {
      if (gone) return;
      setStage({ entered: true, done: false });
      const look = (): void => {
        if (!holds(app.store.getState(), step.check)) return;
        stop?.();
        stop = undefined;
        keepDone(lesson.id, number);
        setStage({ entered: true, done: true });
        patch(app, 'view', { announcement: strings.lessons.spoken.done(filled(app.store.getState(), step, step.why)) });
      };
      stop = app.store.subscribe(look);
      look();
    };
    const enter = async (): Promise<void> => {
      try {
        if (resumed) showParts(app, step);
        else await enterStep(app, step);
      } catch (error) {
        patch(app, 'view', { announcement: error instanceof Error ? error.message : DEFAULTS.lesson });
      }
      watch();
    };
    void enter();
    return () => {
      gone = true;
      stop?.();
    };
    // A step is entered once; another language of the same step changes texts alone.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [app, key]);
  return stage;
}
