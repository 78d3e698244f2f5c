/** What a trace says about itself, in words. */
import type { OpenTrace, RunState } from '../../state/state';
import { strings } from '../../state/strings';
import { isUnknown, knowsMix } from '../../state/traceFields';

/** Name and value of each fact that the trace holds; what it does not hold is left out. `last` is the run that wrote it, if it is at hand. */
export function traceFacts({ trace, origin, name }: OpenTrace, last?: RunState['last']): readonly (readonly [name: string, value: string])[] {
  const text = strings.dock.trace.facts;
  const { model, run, routing, output, tokens } = trace;
  const sampling = run.sampling;
  const holds = [
    knowsMix(trace) ? text.holdsChoices : strings.traces.fields.choicesOnly,
    routing.prob === undefined ? '' : text.holdsProb,
    routing.logits === undefined ? '' : text.holdsLogits,
    routing.outputNorm === undefined ? '' : text.holdsNorm,
    output.top === undefined ? '' : text.holdsTop(output.top.count),
    output.entropy === undefined ? '' : text.holdsEntropy,
  ];
  const facts: readonly (readonly [string, string | undefined])[] = [
    [text.title, strings.names.example(trace.title)],
    [text.origin, origin === 'file' ? strings.sentence.fromFile(name) : origin === 'live' ? strings.sentence.live : strings.sentence.recorded],
    [text.tokens, text.tokenCounts(run.promptTokens, tokens.ids.length - run.promptTokens)],
    [text.model, `${isUnknown(trace, 'model.id') ? strings.traces.fields.notKnown : model.id}, ${isUnknown(trace, 'model.experts') ? strings.traces.fields.uncertainShape(model.moeLayers.length, model.experts, model.topK) : model.experts === 0 ? strings.model.denseShape(model.layers) : strings.model.shape(model.layers, model.experts, model.topK)}`],
    [text.weights, model.sha256?.slice(0, 16)],
    [text.backend, run.backend],
    [text.speed, last === undefined || last.tokens === 0 ? undefined : text.speedOf(last.latencyMs, last.tokens)],
    [text.sampling, sampling === undefined ? undefined : text.samplingValues(sampling.temperature, sampling.topK, sampling.topP, run.seed)],
    [text.method, run.method === undefined ? undefined : run.method.id],
    [text.plan, run.plan === undefined || run.plan.entries.length === 0 ? undefined : text.planEntries(run.plan.entries.length)],
    [text.holds, holds.filter((part) => part !== '').join(', ')],
    [text.written, isUnknown(trace, 'created') ? `${strings.traces.fields.notKnown}, ${trace.exporter}` : `${trace.created.slice(0, 16).replace('T', ' ')}, ${trace.exporter}`],
  ];
  return facts.flatMap(([key, value]) => (value === undefined || value === '' ? [] : [[key, value] as const]));
}
