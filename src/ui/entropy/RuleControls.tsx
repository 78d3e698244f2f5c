import { useId, useState, type ReactNode } from 'react';
import { fixed, typedNumber } from '../../base/numerals';
import { shareAbove, thresholdForShare } from '../../analysis/threshold';
import { patch } from '../../state/app';
import { byDoubt, byTau, ownNumber, ownSettings, setOwn, type OwnNumber } from '../../state/entropy/settings';
import { COLLABORATION_METHODS, GATES, type Gate } from '../../state/entropy/types';
import { CANDIDATES, type SettingValues } from '../../state/settings';
import { setTau } from '../../state/stepEntropy';
import { strings } from '../../state/strings';
import { inUnit } from '../../viz/format';
import { useApp, useAppState } from '../context';
import { percent } from '../model/Interval';

function useOwn() {
  const changes = useAppState((state) => state.entropy.changes);
  return ownSettings({ changes });
}

/** Over what entropy is taken: everywhere on the page. */
export function CandidatePick() {
  const app = useApp();
  const value = useAppState((state) => state.view.candidates);
  const { formula, over } = strings.entropy;
  return (
    <span className="ax open ent-over">
      <span className="hide-s">{`${formula}, `}</span>
      <select aria-label={over.label} value={value} onChange={(event) => patch(app, 'view', { candidates: event.target.value as SettingValues['candidates'] })}>
        {CANDIDATES.map((name) => (
          <option key={name} value={name}>
            {over[name]}
          </option>
        ))}
      </select>
    </span>
  );
}

/** Which two write. */
export function ModelPick() {
  const app = useApp();
  const { pair } = useOwn();
  const topK = useAppState((state) => (state.session.phase === 'ready' && state.session.model.config.feedForward.kind === 'moe' ? state.session.model.config.feedForward.topK : (state.traces.current?.trace.model.topK ?? 0)));
  const text = strings.entropy.models;
  return (
    <>
      <label className="pick">
        {text.pair}{' '}
        <select value={pair} onChange={(event) => setOwn(app, 'pair', event.target.value === 'one' ? 'one' : 'two')}>
          <option value="two">{text.small.two}</option>
          <option value="one">{`${text.small.one} (${text.variant})`}</option>
        </select>
      </label>
      <span className="pick">
        {text.large} <span className="v">{text.largeName(topK === 0 ? 2 : topK)}</span>
      </span>
    </>
  );
}

/** Share to hand over, threshold, and the rule. */
export function RuleControls({ values, calibrated }: { readonly values: Float64Array; /** The values are of the calibration set. */ readonly calibrated: boolean }) {
  const app = useApp();
  const id = useId();
  const own = useOwn();
  const unit = useAppState((state) => state.view.unit);
  const tau = useAppState((state) => state.view.tau);
  const text = strings.entropy.control;
  const random = own.method === 'random';
  const doubt = byDoubt(own);
  const threshold = doubt ? own.doubt : tau;
  const share = random ? own.largeShare : values.length === 0 ? 0 : shareAbove(values, threshold).share;
  // Doubts are quantiles of the calibration set alone: a text of one model has none.
  const shareOn = random || byTau(own) || (doubt && calibrated);
  const setShare = (wanted: number): void => {
    if (random) {
      setOwn(app, 'largeShare', wanted);
      return;
    }
    const found = thresholdForShare(values, wanted).threshold;
    const value = Number.isFinite(found) ? found : Math.max(...values) + 0.01;
    if (doubt) setOwn(app, 'doubt', Math.min(1, value));
    else setTau(app, value);
  };
  return (
    <>
      {shareOn && (
        <>
          <label htmlFor={`${id}-share`}>{text.handOver}</label>
          <span className="set">
            <input id={`${id}-share`} type="range" min={0} max={100} step={1} value={Math.round(100 * share)} style={{ '--p': `${100 * share}%` } as React.CSSProperties} onChange={(event) => setShare(Number(event.target.value) / 100)} />
            <span className="v b">{percent(share)}</span> {text.ofSteps}
          </span>
        </>
      )}
      {byTau(own) && (
        <>
          <label htmlFor={`${id}-tau`}>{text.setTau}</label>
          <span className="set">
            <TypedNumber id={`${id}-tau`} label={text.tauExact(unit)} value={inUnit(tau, unit)} decimals={2} onValue={(value) => setTau(app, unit === 'bits' ? value * Math.LN2 : value)} /> {strings.units[unit]}
          </span>
        </>
      )}
      {doubt && (
        <>
          <label htmlFor={`${id}-doubt`}>{text.setDoubt}</label>
          <span className="set">
            <OwnField id={`${id}-doubt`} name="doubt" label={text.doubtExact} decimals={2} /> {text.doubtUnit}
          </span>
        </>
      )}
      {own.method === 'relay' && (
        <>
          <label htmlFor={`${id}-relay`}>{text.first}</label>
          <span className="set">
            <OwnField id={`${id}-relay`} name="relaySteps" label={text.stepsExact} />
          </span>
        </>
      )}
      <span>{text.by}</span>
      <span className="seg ent-by" role="group" aria-label={text.by}>
        {COLLABORATION_METHODS.map((method) => (
          <button key={method} type="button" aria-pressed={method === own.method} onClick={() => setOwn(app, 'method', method)}>
            {text.method[method]}
          </button>
        ))}
      </span>
    </>
  );
}

/** What is rarely moved: the score, the probe, who answers, and the limits. */
export function MoreSettings() {
  const app = useApp();
  const own = useOwn();
  const text = strings.entropy.control;
  return (
    <div className="ent-more">
      <Pick label={text.gate} value={own.gate} options={GATES} names={text.gates} onChange={(value) => setOwn(app, 'gate', value as Gate)} />
      <Pick label={text.probe} value={own.probe} options={['discard', 'keep']} names={text.probes} onChange={(value) => setOwn(app, 'probe', value === 'keep' ? 'keep' : 'discard')} />
      <label className="rcheck">
        <input type="checkbox" className="ck" checked={own.finalByLarge} onChange={(event) => setOwn(app, 'finalByLarge', event.target.checked)} />
        {text.final}
      </label>
      <Field label={text.stepLimit}>
        <OwnField name="maxStepTokens" label={text.stepLimit} /> {text.stepLimitUnit}
      </Field>
      <Field label={text.maxSteps}>
        <OwnField name="maxSteps" label={`${text.maxSteps}, ${text.maxStepsUnit}`} /> {text.maxStepsUnit}
      </Field>
      {own.method === 'random' && (
        <Field label={text.coin}>
          <OwnField name="seed" label={text.coin} />
        </Field>
      )}
    </div>
  );
}

function Field({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <span className="set">
      <span className="k">{label}</span>
      {children}
    </span>
  );
}

interface PickProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly T[];
  readonly names: Readonly<Record<T, string>>;
  readonly onChange: (value: string) => void;
}

function Pick<T extends string>({ label, value, options, names, onChange }: PickProps<T>) {
  return (
    <label className="pick">
      {label}{' '}
      <select value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map((option) => (
          <option key={option} value={option}>
            {names[option]}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A number of the view's own settings, brought into its range when it is typed. */
function OwnField({ id, name, label, decimals = 0 }: { readonly id?: string; readonly name: OwnNumber; readonly label: string; readonly decimals?: number }) {
  const app = useApp();
  const value = useOwn()[name];
  const set = (typed: number): void => {
    const inside = ownNumber(name, typed);
    if (inside !== undefined) setOwn(app, name, inside);
  };
  return <TypedNumber {...(id === undefined ? {} : { id })} label={label} value={value} decimals={decimals} onValue={set} />;
}

interface TypedProps {
  readonly id?: string;
  readonly label: string;
  readonly value: number;
  readonly decimals: number;
  readonly onValue: (value: number) => void;
}

/** A number box: what is typed counts on Enter or when the box is left; what is no number is forgotten. */
function TypedNumber({ id, label, value, decimals, onValue }: TypedProps) {
  const [draft, setDraft] = useState<string>();
  const commit = (): void => {
    const typed = typedNumber(draft ?? '');
    if (Number.isFinite(typed)) onValue(typed);
    setDraft(undefined);
  };
  return (
    <input
      id={id}
      className="numbox"
      type="text"
      inputMode="decimal"
      aria-label={label}
      value={draft ?? fixed(value, decimals)}
      onChange={(event) => setDraft(event.target.value)}
      onFocus={(event) => event.target.select()}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
      }}
    />
  );
}
