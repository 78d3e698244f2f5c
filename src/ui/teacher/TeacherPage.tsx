/** Choose a lesson, its start and what is shown; take a link, a frame, a QR code and a printed sheet. */
import { useEffect, useState } from 'react';
import type { Lesson, LessonEntry } from '../../lessons/format';
import { loadIndex, loadLesson } from '../../lessons/load';
import { sheetOf, type SheetStep } from '../../lessons/sheet';
import type { ControlId } from '../../state/controls';
import { iframeCode } from '../../state/embed/code';
import { languageName, OFFERED } from '../../state/language';
import { shownLanguage, strings } from '../../state/strings';
import { qrCode } from '../../viz/qrCode';
import { BrandMark } from '../BrandMark';
import { useApp } from '../context';
import { QrFigure } from '../share/QrTab';
import { Sheet } from './Sheet';
import { teacherText } from './text';
import { GROUPS, startState, teacherHash, type TeacherChoice } from './teacherLink';

const FRAME = { width: '100%', height: 860 };
const START: TeacherChoice = { lesson: 'router', step: 1, shown: 'own', parts: ['sentence', 'routing', 'flow', 'router'], start: '', language: 'auto' };

export function TeacherPage() {
  const text = teacherText();
  const [choice, setChoice] = useState(START);
  const [lessons, setLessons] = useState<readonly LessonEntry[]>([]);
  useEffect(() => {
    void loadIndex(shownLanguage()).then(setLessons, () => setLessons([]));
  }, []);
  const change = (part: Partial<TeacherChoice>): void => setChoice({ ...choice, ...part });
  const entry = lessons.find(({ id }) => id === choice.lesson);
  const address = new URL('./', location.href);
  address.hash = teacherHash(choice);
  return (
    <>
      <div className="teach wrap">
        <header className="teach-head">
          <a className="brand" href="./">
            <BrandMark />
            {text.back}
          </a>
          <h1>{text.title}</h1>
        </header>
        <p className="teach-about">{text.about}</p>
        <div className="teach-cols">
          <main className="teach-form">
            <Choose choice={choice} lessons={lessons} steps={entry?.steps ?? 1} onChange={change} />
            <Parts choice={choice} onChange={change} />
          </main>
          <Out link={address.href} hasSheet={choice.lesson !== ''} />
        </div>
      </div>
      {choice.lesson !== '' && <LessonSheet id={choice.lesson} link={address.href} />}
    </>
  );
}

interface FormProps {
  readonly choice: TeacherChoice;
  readonly onChange: (part: Partial<TeacherChoice>) => void;
}

function Choose({ choice, lessons, steps, onChange }: FormProps & { readonly lessons: readonly LessonEntry[]; readonly steps: number }) {
  const text = teacherText().choose;
  const bad = startState(choice.start) === undefined;
  return (
    <div className="teach-fields">
      <label>
        <span>{text.lesson}</span>
        <select value={choice.lesson} onChange={(event) => onChange({ lesson: event.target.value, step: 1, shown: event.target.value === '' && choice.shown === 'own' ? 'all' : choice.shown })}>
          {lessons.map(({ id, title }, i) => (
            <option key={id} value={id}>
              {`${i + 1}  ${title}`}
            </option>
          ))}
          <option value="">{text.none}</option>
        </select>
      </label>
      {choice.lesson !== '' && (
        <label>
          <span>{text.step}</span>
          <select value={choice.step} onChange={(event) => onChange({ step: Number(event.target.value) })}>
            {Array.from({ length: steps }, (_, i) => (
              <option key={i} value={i + 1}>
                {i + 1}
              </option>
            ))}
          </select>
        </label>
      )}
      <label>
        <span>{text.lang}</span>
        <select value={choice.language} onChange={(event) => onChange({ language: event.target.value })}>
          <option value="auto">auto</option>
          {OFFERED.map((tag) => (
            <option key={tag} value={tag}>
              {languageName(tag)}
            </option>
          ))}
        </select>
      </label>
      <label className="teach-wide">
        <span>{text.start}</span>
        <input type="url" value={choice.start} aria-invalid={bad} aria-describedby="start-hint" onChange={(event) => onChange({ start: event.target.value })} />
      </label>
      <p className="ax teach-wide" id="start-hint" role={bad ? 'alert' : undefined}>
        {bad ? text.startBad : text.startHint}
      </p>
    </div>
  );
}

function Parts({ choice, onChange }: FormProps) {
  const text = teacherText().parts;
  const ways = (['own', 'all', 'chosen'] as const).filter((way) => way !== 'own' || choice.lesson !== '');
  const toggle = (part: ControlId): void => onChange({ parts: choice.parts.includes(part) ? choice.parts.filter((one) => one !== part) : [...choice.parts, part] });
  return (
    <fieldset className="teach-parts">
      <legend>{text.title}</legend>
      {ways.map((way) => (
        <label key={way} className="teach-way">
          <input type="radio" name="shown" checked={choice.shown === way} onChange={() => onChange({ shown: way })} />
          {text[way]}
        </label>
      ))}
      {choice.shown === 'chosen' && (
        <div className="teach-groups">
          {GROUPS.map(({ name, parts }) => (
            <fieldset key={name}>
              <legend>{text.groups[name]}</legend>
              {parts.map((part) => (
                <label key={part}>
                  <input type="checkbox" checked={choice.parts.includes(part)} onChange={() => toggle(part)} />
                  {text.names[part]}
                </label>
              ))}
            </fieldset>
          ))}
        </div>
      )}
    </fieldset>
  );
}

function Out({ link, hasSheet }: { readonly link: string; readonly hasSheet: boolean }) {
  const text = teacherText().out;
  const [copied, setCopied] = useState('');
  const frame = iframeCode(link, strings.sharing.embed.title, FRAME);
  const code = qrCode(link);
  const copy = (value: string): void => void navigator.clipboard.writeText(value).then(() => setCopied(value), () => setCopied(''));
  return (
    <section className="teach-out" aria-label={text.title}>
      <h2>{text.title}</h2>
      <label>
        <span>{text.link}</span>
        <textarea readOnly rows={3} value={link} dir="ltr" data-link="" onFocus={(event) => event.target.select()} />
      </label>
      <span className="teach-acts">
        <button type="button" className="btn solid" onClick={() => copy(link)}>
          {copied === link ? text.copied : text.copy}
        </button>
        <a className="btn" href={link} target="_blank" rel="noreferrer">
          {text.tryIt}
        </a>
        {hasSheet && (
          <button type="button" className="btn" onClick={() => window.print()}>
            {text.print}
          </button>
        )}
      </span>
      <label>
        <span>{text.frame}</span>
        <textarea readOnly rows={4} value={frame} dir="ltr" data-frame="" onFocus={(event) => event.target.select()} />
      </label>
      <span className="teach-acts">
        <button type="button" className="btn" onClick={() => copy(frame)}>
          {copied === frame ? text.copied : text.copyFrame}
        </button>
      </span>
      {code === undefined ? <p className="q">{text.qrLong}</p> : <QrFigure size={code.size} path={code.path} label={`${text.qr}: ${link}`} />}
      <span className="vh" role="status">
        {copied === '' ? '' : text.copied}
      </span>
    </section>
  );
}

type Made = { readonly id: string } & ({ readonly phase: 'failed' } | { readonly phase: 'ready'; readonly lesson: Lesson; readonly steps: readonly SheetStep[] });

function LessonSheet({ id, link }: { readonly id: string; readonly link: string }) {
  const app = useApp();
  const text = teacherText().sheet;
  const [made, setMade] = useState<Made>();
  useEffect(() => {
    let gone = false;
    const make = async (): Promise<void> => {
      try {
        const lesson = await loadLesson(shownLanguage(), id);
        const steps = await sheetOf(app, lesson);
        if (!gone) setMade({ id, phase: 'ready', lesson, steps });
      } catch {
        if (!gone) setMade({ id, phase: 'failed' });
      }
    };
    void make();
    return () => {
      gone = true;
    };
  }, [app, id]);
  if (made?.id !== id) return <p className="teach-wait wrap">{text.loading}</p>;
  if (made.phase === 'failed') return <p className="teach-wait wrap" role="alert">{text.failed}</p>;
  return <Sheet lesson={made.lesson} steps={made.steps} link={link} />;
}
