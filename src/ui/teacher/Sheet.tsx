/** The printed sheet of a lesson: questions, tasks, and room for answers, on A4. */
import type { Lesson } from '../../lessons/format';
import type { SheetStep } from '../../lessons/sheet';
import { strings } from '../../state/strings';
import { qrCode } from '../../viz/qrCode';
import { filled } from '../lesson/values';
import { QrFigure } from '../share/QrTab';
import { teacherText } from './text';

export function Sheet({ lesson, steps, link }: { readonly lesson: Lesson; readonly steps: readonly SheetStep[]; readonly link: string }) {
  const text = teacherText().sheet;
  const code = qrCode(link);
  return (
    <article className="sheet-print" aria-label={text.region}>
      <header>
        <div>
          <h2>{lesson.title}</h2>
          <p>{lesson.goal}</p>
          <p className="sheet-who">
            <span>{text.name}</span>
            <span>{text.date}</span>
          </p>
        </div>
        {code !== undefined && <QrFigure size={code.size} path={code.path} label={`${text.link}: ${link}`} />}
      </header>
      <ol>
        {steps.map(({ step, state }, i) => (
          <li key={i}>
            {step.predict !== undefined && (
              <>
                <p className="sheet-q">{filled(state, step, step.predict.question)}</p>
                <p className="sheet-options">
                  <span>{text.guess}</span>
                  {step.predict.options.map((option) => (
                    <span key={option.text} className="sheet-box">
                      {filled(state, step, option.text)}
                    </span>
                  ))}
                </p>
              </>
            )}
            <p className="sheet-task">
              <b className="b">{strings.lessons.card.task}</b> {filled(state, step, step.task)}
            </p>
            <p className="sheet-seen">{text.seen}</p>
            <div className="sheet-lines" />
          </li>
        ))}
      </ol>
      <footer>{text.foot}</footer>
    </article>
  );
}
