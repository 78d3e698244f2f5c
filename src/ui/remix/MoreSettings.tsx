import { DISTANCES, MEMBERSHIPS, NEIGHBOURHOODS, OPTIMISERS, POOLS, PROJECTIONS, SCHEDULES, type C3poSettings, type RouterShape } from '../../state/remix/types';
import { strings } from '../../state/strings';
import { ChoiceField } from './ChoiceField';
import { NumberField } from './NumberField';

interface Props {
  readonly shape: RouterShape;
  readonly settings: C3poSettings;
  readonly onSet: <N extends keyof C3poSettings>(name: N, value: C3poSettings[N]) => void;
  readonly onDefaults: () => void;
}

const HOW = ['search', 'fixed'] as const;
/** Share of the router that a fixed blend starts with. */
const FIXED = 0.5;

/** Everything else that the method can be told, as far as the chosen method uses it. */
export function MoreSettings({ shape, settings, onSet, onDefaults }: Props) {
  const text = strings.remix.control;
  const { method } = settings;
  const gradient = method === 'ngd' || method === 'oracle' || method === 'ngdLogits';
  const searches = method === 'kernelRegression' || method === 'ngd' || method === 'ngdLogits';
  return (
    <div className="rmore">
      {searches && <ChoiceField label={text.pool} value={settings.pool} options={POOLS} name={(pool) => text.pools[pool]} onChoose={(pool) => onSet('pool', pool)} />}
      {(searches || method === 'mode') && (
        <ChoiceField label={text.neighbourhood} value={settings.neighbourhood} options={NEIGHBOURHOODS} name={(kind) => text.neighbourhoods[kind]} onChoose={(kind) => onSet('neighbourhood', kind)} />
      )}
      {settings.neighbourhood === 'ball' && <NumberField name="epsilon" shape={shape} label={text.epsilon} long={text.epsilonLong} />}
      {settings.neighbourhood === 'random' && <NumberField name="seed" shape={shape} label={text.seed} />}
      {searches && <ChoiceField label={text.distance} value={settings.distance} options={DISTANCES} name={(distance) => text.distances[distance]} onChoose={(distance) => onSet('distance', distance)} />}
      {(gradient || method === 'mode') && <NumberField name="steps" shape={shape} label={text.steps} />}
      {gradient && (
        <span className="rpair">
          <NumberField name="rateStart" shape={shape} label={text.rateStart} long={text.rateStartLong} />
          {settings.schedule === 'cosine' && <NumberField name="rateEnd" shape={shape} label={text.rateEnd} long={text.rateEndLong} />}
        </span>
      )}
      {gradient && <ChoiceField label={text.schedule} value={settings.schedule} options={SCHEDULES} name={(schedule) => text.schedules[schedule]} onChoose={(schedule) => onSet('schedule', schedule)} />}
      {gradient && <ChoiceField label={text.optimiser} value={settings.optimiser} options={OPTIMISERS} name={(optimiser) => text.optimisers[optimiser]} onChoose={(optimiser) => onSet('optimiser', optimiser)} />}
      {method === 'mode' && <NumberField name="alphaMode" shape={shape} label={text.alphaMode} />}
      {method === 'kernelRegression' && (
        <span className="rpair">
          <ChoiceField
            label={text.alphaRegression}
            long={text.alphaHow}
            value={settings.alphaRegression === 'search' ? 'search' : 'fixed'}
            options={HOW}
            name={(how) => (how === 'search' ? text.alphaSearch : text.alphaFixed)}
            onChoose={(how) => onSet('alphaRegression', how === 'search' ? 'search' : FIXED)}
          />
          {settings.alphaRegression !== 'search' && <NumberField name="alphaRegression" shape={shape} label="" long={text.alphaRegression} />}
        </span>
      )}
      {method !== 'base' && method !== 'ngdLogits' && <NumberField name="core" shape={shape} label={text.core} after={text.coreOf(shape.experts)} />}
      {(method === 'ngd' || method === 'oracle') && (
        <>
          <ChoiceField label={text.membership} value={settings.membership} options={MEMBERSHIPS} name={(membership) => text.memberships[membership]} onChoose={(membership) => onSet('membership', membership)} />
          <ChoiceField label={text.projection} value={settings.projection} options={PROJECTIONS} name={(projection) => text.projections[projection]} onChoose={(projection) => onSet('projection', projection)} />
        </>
      )}
      {searches && <NumberField name="duplicate" shape={shape} label={text.duplicate} long={text.duplicateLong} />}
      <button type="button" className="link" onClick={onDefaults}>
        {text.defaults}
      </button>
    </div>
  );
}
