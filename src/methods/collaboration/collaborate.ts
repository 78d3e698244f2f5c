/** Two models write one text in turns: one asynchronous generator for all methods, in Node and in the page alike. */
import { PlaygroundError, throwIfCancelled } from '../../base/errors';
import { uniformAt } from '../../base/pcg';
import type { WriteReason, WriteStop, WrittenText } from '../../engine/write';
import { LARGE, SMALL, type CollaborationEnd, type CollaborationEvent, type CollaborationResult, type KeptStep, type ProbeEvent, type StepEvent, type WriterIndex } from './events';
import { gateScore, selfDoubt, stepMean } from './gate';
import { Ledger, totalCost } from './ledger';
import { checkCollaboration, type CollaborationSettings } from './settings';
import type { Writer } from './writer';

export interface CollaborationOptions {
  readonly signal?: AbortSignal;
  /** Whether events carry the routing of the tokens, for a trace. */
  readonly routing?: boolean;
}

/** The text so far, and who wrote it. */
class Draft {
  readonly writer: WriterIndex[] = [];
  readonly steps: KeptStep[] = [];
  ids: readonly number[];

  constructor(readonly promptIds: readonly number[]) {
    this.ids = promptIds;
  }

  /** Takes an event's tokens over. A probe's token belongs to the step that follows it. */
  add({ step, position, writer, ids, text, final, probeToken }: StepEvent, probe: ProbeEvent | undefined): void {
    this.ids = [...this.ids, ...ids];
    for (const _ of ids) this.writer.push(writer);
    if (probeToken) return;
    const start = probe?.position ?? position;
    const before = probe === undefined ? '' : this.#pending;
    this.#pending = '';
    const score = probe === undefined ? {} : { score: probe.score, entropy: probe.glimpse.entropy };
    this.steps.push({ step, position: start, length: this.ids.length - start, writer, text: before + text.join(''), final, ...score });
  }

  #pending = '';
  /** Text of a probe's token that waits for the rest of its step. */
  hold(text: string): void {
    this.#pending = text;
  }
}

/** Refuses pairs that do not read and write the same tokens. */
function checkPair(small: Writer, large: Writer): void {
  const [a, b] = [small.access.config, large.access.config];
  if (a.vocabulary !== b.vocabulary || a.endOfText.join() !== b.endOfText.join()) {
    throw new PlaygroundError('bad-input', `${small.name} and ${large.name} have different vocabularies, so one cannot go on where the other stopped.`);
  }
}

/**
 * Writes a text step by step. Events come as they happen; what was thrown away comes too, marked.
 * Under greedy sampling each step is exactly what its writer alone would have written after the same tokens.
 * @param promptIds tokens of the tokenizer that both models share
 * @throws PlaygroundError `bad-input` before anything is run; `cancelled` when the signal fires; whatever the models throw
 */
export async function* collaborate(
  small: Writer,
  large: Writer,
  promptIds: readonly number[],
  settings: CollaborationSettings,
  { signal, routing = false }: CollaborationOptions = {},
): AsyncGenerator<CollaborationEvent, CollaborationResult> {
  checkCollaboration(settings);
  checkPair(small, large);
  const { method, delimiter, answerMarker, maxStepTokens, sampling } = settings;
  const writers = [small, large] as const;
  const ledger = new Ledger(writers);
  const draft = new Draft(promptIds);
  const { endOfText } = large.access.config;
  const ask = async (writer: WriterIndex, ids: readonly number[], maxNewTokens: number, stop?: WriteStop): Promise<WrittenText> => {
    const { access, plan } = writers[writer];
    return await access.write(ids, plan, { maxNewTokens, sampling, ...(stop && { stop }) }, { routing, ...(signal ? { signal } : {}) });
  };

  /** One piece by one model after the text so far, as an event. */
  const write = async (step: number, writer: WriterIndex, part: { readonly tokens: number; readonly stop?: WriteStop; readonly final?: boolean; readonly probeToken?: boolean }): Promise<StepEvent> => {
    const { tokens, stop, final = false, probeToken = false } = part;
    const piece = await ask(writer, draft.ids, tokens, stop);
    const spent = ledger.ran(writer, [...draft.ids, ...piece.ids], piece.ids.length, piece.ms);
    const { ids, text, entropy, logProb, first, reason, read: readBatch, written: batch } = piece;
    const batches = { ...(readBatch && { readBatch }), ...(batch && { batch }) };
    return { type: 'step', step, position: draft.ids.length, writer, discarded: false, final, probeToken, ids, text, entropy, logProb, reason, first, ...spent, ...batches };
  };

  const glimpse = async (step: number): Promise<ProbeEvent> => {
    const { ids } = draft;
    const { first, candidates, ms, read: readBatch } = await ask(SMALL, ids, 0);
    const spent = ledger.ran(SMALL, ids, 0, ms);
    const score = gateScore(first, settings, small.access.config.vocabulary);
    const decision = score >= settings.threshold ? LARGE : SMALL;
    return { type: 'probe', step, position: ids.length, glimpse: first, candidates, score, decision, ...spent, ...(readBatch && { readBatch }) };
  };

  /** Whether a text begins with the answer marker: it is the last step then. */
  const answers = (text: string): boolean => answerMarker !== '' && text.trimStart().startsWith(answerMarker);
  let end: CollaborationEnd = 'steps';
  let piece: StepEvent | undefined;
  for (let step = 0; step < settings.maxSteps; step++) {
    throwIfCancelled(signal);
    const probe = method === 'glimprouter' ? await glimpse(step) : undefined;
    if (probe !== undefined) yield probe;
    let writer = probe?.decision ?? firstWriter(settings, step);
    let before = '';
    if (probe !== undefined && settings.probe === 'keep' && writer === LARGE) {
      const token = await write(step, SMALL, { tokens: 1, probeToken: true });
      yield token;
      before = token.text.join('');
      draft.hold(before);
      draft.add(token, probe);
      if (token.reason === 'end-of-text') {
        end = 'end-of-text';
        break;
      }
    }
    const stopOf = (who: WriterIndex): WriteStop => ({ delimiter, before, ...(who === SMALL && settings.finalByLarge && { marker: answerMarker }) });
    piece = await write(step, writer, { tokens: maxStepTokens, stop: stopOf(writer) });
    const judged = judgementOf(settings, piece);
    if (judged !== undefined) piece = { ...piece, judgement: judged, discarded: judged >= settings.threshold };
    yield piece;
    if (piece.discarded) {
      writer = LARGE;
      piece = await write(step, LARGE, { tokens: maxStepTokens, stop: stopOf(LARGE) });
      yield piece;
    }
    draft.add(piece, probe);
    if (piece.reason === 'marker') {
      piece = await write(step, LARGE, { tokens: maxStepTokens, stop: { delimiter }, final: true });
      yield piece;
      draft.add(piece, undefined);
      end = 'answered';
      break;
    }
    const ended = endOf(piece.reason, draft.steps, settings.repeats, answers);
    if (ended !== undefined) {
      end = ended;
      break;
    }
  }

  const ids = draft.ids.slice(promptIds.length);
  const decided = draft.steps.filter(({ final }) => !final);
  const texts = draft.steps.map(({ text }) => text).join('');
  const named = piece?.reason === 'end-of-text' && endOfText.includes(ids.at(-1) ?? -1) ? (piece.text.at(-1) ?? '') : '';
  return {
    end,
    promptIds,
    ids,
    text: named === '' ? texts : texts.slice(0, texts.length - named.length),
    writer: Uint8Array.from(draft.writer),
    steps: draft.steps,
    costs: ledger.costs,
    total: totalCost(ledger.costs),
    largeShare: share(decided.filter(({ writer }) => writer === LARGE).length, decided.length),
    largeTokenShare: share(draft.writer.filter((writer) => writer === LARGE).length, ids.length),
  };
}

function share(part: number, all: number): number {
  return all === 0 ? 0 : part / all;
}

/** Who begins a step that was not probed. */
function firstWriter({ method, seed, largeShare, relaySteps }: CollaborationSettings, step: number): WriterIndex {
  if (method === 'large' || (method === 'relay' && step < relaySteps)) return LARGE;
  return method === 'random' && uniformAt(seed, step) < largeShare ? LARGE : SMALL;
}

/** What a method that judges afterwards thinks of a step; undefined where it does not judge. */
function judgementOf({ method }: CollaborationSettings, { writer, reason, entropy, logProb }: StepEvent): number | undefined {
  if (writer !== SMALL || reason === 'marker') return undefined;
  if (method === 'stepMean') return stepMean(entropy);
  return method === 'selfCheck' ? selfDoubt(logProb) : undefined;
}

/** Why the text is over after a step; undefined where it goes on. */
function endOf(reason: WriteReason, steps: readonly KeptStep[], repeats: number, answers: (text: string) => boolean): CollaborationEnd | undefined {
  const last = steps.at(-1);
  if (last !== undefined && answers(last.text)) return 'answered';
  if (reason === 'end-of-text' || reason === 'context') return reason;
  const tail = steps.slice(-repeats);
  return repeats > 1 && steps.length > 2 && tail.length === repeats && tail.every(({ text }) => text === last?.text) ? 'repeated' : undefined;
}
