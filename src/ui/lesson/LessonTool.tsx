/** The way to the lessons in the bar; while one is open it says how far it is. */
import { patch } from '../../state/app';
import { strings } from '../../state/strings';
import { useApp, useAppState } from '../context';

export function LessonTool() {
  const app = useApp();
  const open = useAppState((state) => state.lesson.id !== '');
  const text = strings.lessons;
  return (
    <button type="button" className="tool" data-lessons="" aria-haspopup="dialog" aria-pressed={open} onClick={() => patch(app, 'view', { dialog: 'lessons' })}>
      {text.tool}
    </button>
  );
}
