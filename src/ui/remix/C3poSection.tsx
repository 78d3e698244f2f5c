import { useEffect, useMemo } from 'react';
import { chooseItem, readQuestion } from '../../state/remix/question';
import { filterItems, loadRemixData } from '../../state/remix/data';
import { routerShape } from '../../state/remix/settings';
import { startLoading } from '../../state/session';
import { strings } from '../../state/strings';
import { useApp, useAppState } from '../context';
import { useShipped } from '../steering/useShipped';
import { AblationPanel } from './AblationPanel';
import { BenchPanel } from './BenchPanel';
import { CostPanel } from './CostPanel';
import { EffectPanel } from './EffectPanel';
import { HonestLine } from './HonestLine';
import { LossPanel } from './LossPanel';
import { MapPanel } from './MapPanel';
import { MethodBar } from './MethodBar';
import { MixPanel } from './MixPanel';
import { NeighboursPanel } from './NeighboursPanel';
import { OmegaPanel } from './OmegaPanel';
import { RecordPanel } from './RecordPanel';
import { QuestionChooser } from './QuestionLine';
import { StepsPanel } from './StepsPanel';
import { UsePanel } from './UsePanel';

/** C3PO: a question, its neighbours, the mix of experts at its last token, and what that does to the answer. */
export default function C3poSection() {
  const app = useApp();
  const data = useAppState((state) => state.remix.data);
  const session = useAppState((state) => state.session);
  const model = useAppState((state) => state.traces.current?.trace.model);
  const item = useAppState((state) => state.remix.item);
  const results = useShipped('c3po');
  const shape = useMemo(() => routerShape(session, model), [session, model]);

  useEffect(() => {
    void loadRemixData(app);
  }, [app]);
  // The first question of the list stands there until another is chosen, so that the panel is never without one.
  useEffect(() => {
    const { item: chosen, wanted, filter } = app.store.getState().remix;
    if (data.phase !== 'ready' || chosen !== undefined) return;
    const first = data.items.find(({ id }) => id === wanted) ?? filterItems(data.items, filter)[0];
    if (first !== undefined) void chooseItem(app, first);
  }, [app, data, item]);
  useEffect(() => {
    if (session.phase === 'ready' && item !== undefined) void readQuestion(app);
  }, [app, session.phase, item]);

  if (data.phase === 'failed') return <DataFailed message={data.message} />;
  if (data.phase !== 'ready') return <p className="nothing">{strings.remix.data.loading}</p>;
  if (shape === undefined) return <p className="nothing">{strings.remix.data.foreign(model?.id ?? app.services.model)}</p>;
  return (
    <>
      <QuestionChooser />
      <RecordPanel />
      <ModelNote />
      <MethodBar shape={shape} />
      <div className="dock-cols rm-cols">
        <NeighboursPanel shape={shape} />
        <MixPanel shape={shape} />
        <EffectPanel />
      </div>
      <HonestLine shape={shape} />
      <div className="dock-cols rm-cols">
        <MapPanel shape={shape} />
        <OmegaPanel shape={shape} />
        <LossPanel />
      </div>
      <BenchPanel shape={shape} />
      <div className="dock-cols rm-cols">
        <StepsPanel results={results} />
        <CostPanel results={results} />
        <UsePanel />
      </div>
      <AblationPanel />
    </>
  );
}

function DataFailed({ message }: { readonly message: string }) {
  const app = useApp();
  return (
    <p className="nothing" role="alert">
      {strings.remix.data.failed} {message}{' '}
      <button type="button" className="link" onClick={() => void loadRemixData(app)}>
        {strings.retry}
      </button>
    </p>
  );
}

/** Why nothing is computed yet. */
function ModelNote() {
  const app = useApp();
  const phase = useAppState((state) => state.session.phase);
  const text = strings.remix.data;
  if (phase === 'ready') return null;
  return (
    <p className="rnote">
      {phase === 'loading' ? text.loadingModel : text.needsModel}{' '}
      {phase !== 'loading' && (
        <button type="button" className="link" onClick={() => void startLoading(app)}>
          {text.load}
        </button>
      )}
    </p>
  );
}
