import { strings } from '../../state/strings';

export interface ExpertHeadProps {
  readonly layer: number;
  readonly expert: number;
  readonly experts: number;
  readonly source: 'text' | 'corpus';
  readonly hasCorpus: boolean;
  readonly onSource: (source: 'text' | 'corpus') => void;
  readonly onExpert: (expert: number) => void;
}

/** Which expert, and over what it is counted. */
export function ExpertHead({ layer, expert, source, hasCorpus, onSource, onExpert, note }: ExpertHeadProps & { readonly note: string }) {
  const text = strings.dock.labels;
  return (
    <div className="dock-line">
      <span className="q">{text.layer(layer)}</span>
      <span className="stepper" role="group" aria-label={text.expertStepper}>
        <button type="button" aria-label={text.previousExpert} onClick={() => onExpert(expert - 1)}>
          {'\u2212'}
        </button>
        <button type="button" aria-label={text.nextExpert} onClick={() => onExpert(expert + 1)}>
          +
        </button>
      </span>
      <b className="b">{strings.sentence.expert(expert)}</b>
      <span className="ax" title={note}>
        {text.note}
      </span>
      <span className="grow" />
      {hasCorpus && (
        <span className="seg" role="group" aria-label={text.source} data-chrome="">
          {(['text', 'corpus'] as const).map((name) => (
            <button key={name} type="button" aria-pressed={name === source} onClick={() => onSource(name)}>
              {text.sources[name]}
            </button>
          ))}
        </span>
      )}
    </div>
  );
}
