/** The numbers of the main panels as tables: what their table view and CSV file hold. */
import type { DataTable } from '../base/table';
import type { Trace } from '../trace/trace';
import { expertOrder, type LayerView } from './layerView';
import { probabilityOf, textsAgree } from './nextPair';
import { strings } from './strings';

/** Gate probabilities of one token, one row a layer. */
export function routingTable(views: readonly LayerView[]): DataTable {
  const text = strings.dock.columns;
  const experts = views[0]?.experts ?? 0;
  return {
    columns: [{ name: text.layer }, ...Array.from({ length: experts }, (_, e) => ({ name: strings.sentence.expert(e), decimals: 3 })), { name: text.chosen }, { name: text.entropyNats, decimals: 3 }],
    rows: views.map((view) => [view.layer, ...view.gate, view.chosen.join(' '), view.entropy]),
  };
}

/** One router, its experts in the order of selection. */
export function routerTable(view: LayerView): DataTable {
  const text = strings.dock.columns;
  return {
    columns: [{ name: text.expert }, { name: text.rank }, { name: text.logit, decimals: 3 }, { name: text.softmax, decimals: 4 }, { name: text.mix, decimals: 4 }, { name: text.off }],
    rows: expertOrder(view).map((expert) => {
      const rank = view.chosen.indexOf(expert);
      return [expert, rank < 0 ? undefined : rank + 1, view.logits?.[expert], view.gate[expert], rank < 0 ? undefined : view.mix[rank], view.masked[expert] === true ? text.yes : ''];
    }),
  };
}

/** The experts that ran in one layer. */
export function flowTable(view: LayerView): DataTable {
  const text = strings.dock.columns;
  return {
    columns: [{ name: text.rank }, { name: text.expert }, { name: text.softmax, decimals: 4 }, { name: text.mix, decimals: 4 }, { name: text.norm, decimals: 3 }],
    rows: view.chosen.map((expert, rank) => [rank + 1, expert, view.gate[expert], view.mix[rank], view.outputNorm?.[rank]]),
  };
}

/** All next-token candidates that the trace holds after one token; with edits, also what the run before gave them. */
export function nextTable(trace: Trace, token: number, before?: Trace): DataTable {
  const text = strings.dock.columns;
  const { top } = trace.output;
  const count = top?.count ?? 0;
  const written = trace.tokens.ids[token + 1] ?? trace.output.chosen?.[token];
  const was = before !== undefined && textsAgree(trace, before, token) ? before : undefined;
  const name = (id: number): string => (id === trace.tokens.ids[token + 1] ? trace.tokens.text[token + 1] : trace.tokens.names?.get(id)) ?? '';
  return {
    columns: [{ name: text.rank }, { name: text.id }, { name: text.token }, ...(was === undefined ? [] : [{ name: strings.edits.next.before, decimals: 4 }]), { name: text.probability, decimals: 4 }, { name: text.written }],
    rows: Array.from({ length: count }, (_, i) => {
      const id = top?.ids[token * count + i] ?? 0;
      return [i + 1, id, name(id), ...(was === undefined ? [] : [probabilityOf(was, token, id)]), top?.prob[token * count + i], id === written ? text.yes : ''];
    }),
  };
}

/** The sentence: every token with the uncertainty before it and its experts in one layer. */
export function sentenceTable(trace: Trace, row: number): DataTable {
  const text = strings.dock.columns;
  const { model, routing, tokens, output } = trace;
  const layers = model.moeLayers.length;
  return {
    columns: [{ name: text.position }, { name: text.id }, { name: text.token }, { name: text.kind }, { name: text.entropyBefore, decimals: 3 }, { name: text.logProb, decimals: 3 }, { name: text.expertsIn(model.moeLayers[row]) }],
    rows: Array.from(tokens.ids, (id, t) => {
      const cell = t * layers + row;
      const used = layers === 0 ? 0 : (routing.count?.[cell] ?? routing.slots);
      const experts = [...routing.experts.subarray(cell * routing.slots, cell * routing.slots + used)];
      return [t + 1, id, tokens.text[t] ?? '', tokens.kind[t] ?? '', t === 0 ? undefined : output.entropy?.[t - 1], output.logProb?.[t], experts.join(' ')];
    }),
  };
}
