import { useState, type ReactNode } from 'react';
import { plain, typedNumber } from '../../base/numerals';
import { cardText } from '../../state/steering/work';
import { startLoading } from '../../state/session';
import { stopJob } from '../../state/job';
import { strings } from '../../state/strings';
import { useApp, useAppState } from '../context';

interface BarProps {
  readonly label: string;
  readonly children: ReactNode;
  readonly running: boolean;
  readonly faulty: boolean;
  readonly onRun: () => void;
  /** Absent while there is no plan. */
  readonly onApply: (() => void) | undefined;
  readonly fault: string;
  /** Whether the rest of the settings is open; absent where there is no rest. */
  readonly more?: boolean;
  readonly onMore?: () => void;
}

/** Settings of a card, its acts, and what stands in their way. */
export function CardBar({ label, children, running, faulty, onRun, onApply, fault, more, onMore }: BarProps) {
  const app = useApp();
  const phase = useAppState((state) => state.session.phase);
  const idle = useAppState((state) => state.run.status === 'idle');
  const text = useAppState((state) => state.traces.current);
  const count = useAppState((state) => cardText(state)?.ids.length ?? 0);
  const words = strings.steering;
  const of = text?.trace.tokens.ids.length ?? 0;
  const cut = of > count;
  const onText = words.onText(count, of);
  return (
    <div role="group" aria-label={label}>
      <div className="rm-bar">
        {children}
        <span className="grow" />
        {cut && <span className="q">{onText}</span>}
        <span className="racts">
          {onMore !== undefined && (
            <button type="button" className="link" aria-expanded={more === true} onClick={onMore}>
              {more === true ? words.less : words.more}
            </button>
          )}
          <button type="button" className="btn" disabled={onApply === undefined || !idle} title={words.applyHint} onClick={onApply}>
            {words.apply}
          </button>
          {running ? (
            <button type="button" className="btn solid" onClick={() => stopJob(app)}>
              {words.stop}
            </button>
          ) : (
            <button type="button" className="btn solid" disabled={phase !== 'ready' || !idle || faulty} title={onText} onClick={onRun}>
              {words.run}
            </button>
          )}
        </span>
      </div>
      {phase !== 'ready' && phase !== 'loading' && (
        <p className="rnote">
          {words.needsModel}{' '}
          <button type="button" className="link" onClick={() => void startLoading(app)}>
            {words.load}
          </button>
        </p>
      )}
      {fault !== '' && (
        <p className="rfault line" role="alert">
          {fault}
        </p>
      )}
    </div>
  );
}

interface NumberProps {
  readonly label: string;
  readonly long: string;
  readonly value: number;
  readonly from: number;
  readonly to: number;
  readonly whole?: boolean;
  readonly onValue: (value: number) => void;
}

/** A number; what cannot be used stays in the field, is not taken over, and gets a sentence. */
export function CardNumber({ label, long, value, from, to, whole = false, onValue }: NumberProps) {
  const [draft, setDraft] = useState<string>();
  const usable = (text: string): number | undefined => {
    const number = typedNumber(text);
    return number >= from && number <= to && (!whole || Number.isInteger(number)) ? number : undefined;
  };
  const bad = draft !== undefined && usable(draft) === undefined;
  return (
    <span className={bad ? 'rfield bad' : 'rfield'}>
      <label className="rfield">
        <span className="k">{label}</span>
        <input
          className="figure-input"
          type="text"
          inputMode="decimal"
          aria-label={long}
          aria-invalid={bad}
          value={draft ?? plain(value)}
          onChange={({ target }) => {
            const number = usable(target.value);
            setDraft(number !== undefined && plain(number) === target.value ? undefined : target.value);
            if (number !== undefined) onValue(number);
          }}
          onBlur={() => bad || setDraft(undefined)}
        />
      </label>
      {bad && (
        <span className="rfault" role="alert">
          {strings.steering.fault(long, from, to)}
        </span>
      )}
    </span>
  );
}

/** A switch. */
export function CardCheck({ label, long, checked, onValue }: { readonly label: string; readonly long: string; readonly checked: boolean; readonly onValue: (on: boolean) => void }) {
  return (
    <label className="rcheck" title={long}>
      <input type="checkbox" className="ck" aria-label={long} checked={checked} onChange={({ target }) => onValue(target.checked)} />
      {label}
    </label>
  );
}

/** What ran, where it differs from the paper, the paper's figures, and ours. */
export function CardHonesty({ ran, differs, paper, measured }: { readonly ran: string; readonly differs: string; readonly paper: string; readonly measured: readonly string[] }) {
  const text = strings.steering;
  return (
    <p className="honest">
      <b className="b">{text.ran}</b> {ran}. <b className="b">{text.differs}</b> {differs}. <b className="b">{text.paper}</b> {paper}. <b className="b">{text.measured}</b> {measured.length === 0 ? text.noResults : `${measured.join('; ')}.`}
    </p>
  );
}
