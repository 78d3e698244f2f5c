/** Opening a lesson and going from step to step: the place alone. Texts and checks come with the lesson (src/lessons). */
import { patch, type App } from './app';
import { linkKey } from './linkKeys';

/** The address of a step: what is there of keys that are no state of a lesson, with another lesson or step. The page's state follows a moment later. */
function hashAt(id: string, step: number): string {
  const query = new URLSearchParams([...new URLSearchParams(location.hash.replace(/^#/, ''))].filter(([key]) => linkKey(key)?.lesson === false));
  query.set('v', '1');
  query.set('lesson', id);
  query.set('step', String(step));
  return `#${query.toString()}`;
}

/** Goes to a step, with an entry in the history of its own. */
export function goToStep(app: App, id: string, step = 1): void {
  const { lesson } = app.store.getState();
  if (lesson.id === id && lesson.step === step) return;
  history.pushState(null, '', `${location.pathname}${location.search}${hashAt(id, step)}`);
  patch(app, 'lesson', { id, step, resumed: false });
}

/** Goes a step on or back in the open lesson; false where none is open, or it is at its end. */
export function stepLesson(app: App, by: number): boolean {
  const { id, step, steps } = app.store.getState().lesson;
  const to = step + by;
  if (id === '' || to < 1 || to > steps) return false;
  goToStep(app, id, to);
  return true;
}

/** Back and forth in the browser's history go through the steps. */
export function followLessonHistory(app: App): void {
  addEventListener('popstate', () => {
    const query = new URLSearchParams(location.hash.replace(/^#/, ''));
    const id = query.get('lesson') ?? '';
    const step = Number(query.get('step') ?? 1);
    const { lesson } = app.store.getState();
    if (!/^[a-z0-9-]{0,40}$/.test(id) || !Number.isInteger(step) || step < 1 || step > 99) return;
    if (lesson.id !== id || lesson.step !== step) patch(app, 'lesson', { id, step: id === '' ? 1 : step, resumed: false });
  });
}
