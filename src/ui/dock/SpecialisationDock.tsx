import { useMemo, useState } from 'react';
import { choicesOf } from '../../analysis/choices';
import type { TokenClass } from '../../analysis/token-class';
import { focusLayer } from '../../state/focus';
import { strings } from '../../state/strings';
import type { Trace } from '../../trace/trace';
import { useApp, useAppState } from '../context';
import { useStatistics } from '../useStatistics';
import { CorpusDomains, CorpusExperts, CorpusTokens } from './Corpus';
import { useCurrentTrace } from './headlines';
import { byClass, byText } from './labels';
import { KindExperts, KindSplit } from './Kinds';
import { TextTokens } from './TextTokens';

/** What goes to an expert, and where a kind of token goes: counted over this text, or over the corpus where it was measured. */
export default function SpecialisationDock() {
  const trace = useCurrentTrace();
  if (trace === undefined || trace.model.experts === 0 || trace.tokens.ids.length === 0) return <p className="nothing">{strings.heat.dense}</p>;
  return <Columns trace={trace} />;
}

function Columns({ trace }: { readonly trace: Trace }) {
  const app = useApp();
  const row = useAppState((state) => state.focus.row);
  const token = useAppState((state) => state.focus.token);
  const chosen = useAppState((state) => state.focus.expert);
  const statistics = useStatistics(true);
  const [wanted, setSource] = useState<'text' | 'corpus'>('text');
  const [kind, setKind] = useState<TokenClass>('word');
  const [domain, setDomain] = useState(0);
  const source = statistics === undefined ? 'text' : wanted;
  const expert = chosen ?? trace.routing.experts[(token * trace.model.moeLayers.length + row) * trace.routing.slots] ?? 0;
  const choices = useMemo(() => choicesOf(trace, row), [trace, row]);
  const texts = useMemo(() => byText(trace, choices), [trace, choices]);
  const kinds = useMemo(() => byClass(trace, choices), [trace, choices]);
  const layer = trace.model.moeLayers[row] ?? row;
  const head = {
    layer,
    expert,
    experts: trace.model.experts,
    source,
    hasCorpus: statistics !== undefined,
    onSource: setSource,
    onExpert: (next: number) => focusLayer(app, row, (next + trace.model.experts) % trace.model.experts),
  };
  const corpus = statistics?.layers[row];
  if (source === 'corpus' && statistics !== undefined && corpus !== undefined) {
    return (
      <div className="dock-cols">
        <CorpusTokens head={head} statistics={statistics} row={row} />
        <CorpusDomains statistics={statistics} row={row} expert={expert} layer={layer} domain={domain} onDomain={setDomain} />
        <CorpusExperts statistics={statistics} row={row} expert={expert} domain={domain} />
      </div>
    );
  }
  return (
    <div className="dock-cols">
      <TextTokens head={head} trace={trace} row={row} texts={texts} />
      <KindSplit trace={trace} choices={choices} kinds={kinds} expert={expert} layer={layer} kind={kind} onKind={setKind} />
      <KindExperts trace={trace} row={row} kinds={kinds} expert={expert} kind={kind} />
    </div>
  );
}
