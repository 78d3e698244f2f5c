/** One item of the suite glimprouter under many arms: greedy steps are the same whenever the same model writes after the same tokens. */
import { accessOf, type ModelAccess } from '../../engine/access';
import type { LoadedModel } from '../../engine/engine';
import type { WrittenText } from '../../engine/write';
import type { Tokenizer } from '../../model/checkpoint';
import { collaborate } from '../../methods/collaboration/collaborate';
import { LARGE, PARTS, SMALL, type CollaborationEvent, type CollaborationResult } from '../../methods/collaboration/events';
import { chosenExperts, tokenFlops } from '../../methods/collaboration/flops';
import type { CollaborationSettings } from '../../methods/collaboration/settings';
import { oneModelPair, type Writer } from '../../methods/collaboration/writer';
import { ROUTER_AS_TRAINED } from '../../routing/plan';

/** Branches of a text that are kept while its arms are run. */
const BRANCHES = 48;

/** Tokens and milliseconds of the pieces that were really run. */
export interface Measured {
  readTokens: number;
  readMs: number;
  writtenTokens: number;
  writeMs: number;
}

const nothing = (): Measured => ({ readTokens: 0, readMs: 0, writtenTokens: 0, writeMs: 0 });

/** A writer that runs each piece once and remembers it: the tree of all texts that the arms walk. */
export class RememberingWriter implements Writer {
  readonly #known = new Map<string, Promise<WrittenText>>();
  readonly measured = nothing();
  readonly name: string;
  readonly plan: Writer['plan'];
  readonly access: Writer['access'];

  constructor(inner: Writer) {
    this.name = inner.name;
    this.plan = inner.plan;
    this.access = {
      config: inner.access.config,
      write: (ids, plan, request, options) => {
        const key = `${ids.join()} ${request.maxNewTokens} ${JSON.stringify(request.stop)}`;
        const before = this.#known.get(key);
        if (before !== undefined) return before;
        const piece = this.#write(inner, ids, plan, request, options);
        this.#known.set(key, piece);
        return piece;
      },
    };
  }

  async #write(inner: Writer, ...call: Parameters<Writer['access']['write']>): Promise<WrittenText> {
    const piece = await inner.access.write(...call);
    const { ids, read, ms } = piece;
    const { measured } = this;
    measured.readTokens += read?.ids.length ?? 0;
    measured.readMs += read === undefined ? 0 : ms.read;
    measured.writtenTokens += ids.length;
    measured.writeMs += ids.length === 0 ? 0 : ms.write;
    return piece;
  }
}

export interface LoadedPair {
  readonly small: { readonly model: LoadedModel; readonly name: string };
  readonly large: { readonly model: LoadedModel; readonly name: string };
  /** Of both. */
  readonly tokenizer: Tokenizer | undefined;
}

export interface Tree {
  readonly writers: Readonly<Record<'two' | 'one', { readonly small: RememberingWriter; readonly large: RememberingWriter }>>;
  readonly small: ModelAccess;
  readonly large: ModelAccess;
  dispose(): void;
}

/** Both forms of the pair on one text; freed when its arms are done. */
export function openTree(pair: LoadedPair): Tree {
  const keeping = { sequences: BRANCHES, branches: true };
  const [small, large] = [accessOf(pair.small.model, pair.tokenizer, keeping), accessOf(pair.large.model, pair.tokenizer, keeping)];
  const full = new RememberingWriter({ name: pair.large.name, access: large, plan: ROUTER_AS_TRAINED });
  return {
    writers: {
      two: { small: new RememberingWriter({ name: pair.small.name, access: small, plan: ROUTER_AS_TRAINED }), large: full },
      one: { small: new RememberingWriter(oneModelPair(pair.large.name, large).small), large: full },
    },
    small,
    large,
    dispose: () => {
      small.dispose();
      large.dispose();
    },
  };
}

/** All events of a run, and its result. */
export async function runAll({ small, large }: Tree['writers']['two'], promptIds: readonly number[], settings: CollaborationSettings): Promise<{ readonly events: readonly CollaborationEvent[]; readonly result: CollaborationResult }> {
  const run = collaborate(small, large, promptIds, settings);
  const events: CollaborationEvent[] = [];
  for (;;) {
    const next = await run.next();
    if (next.done === true) return { events, result: next.value };
    events.push(next.value);
  }
}

/** The last step of a text, without white space around it. */
export function lastStep(text: string): string {
  return text.trimEnd().split('\n').at(-1)?.trim() ?? '';
}

/** One arm on one item, as numbers; `packCounts` gives the form in the report. */
export interface ArmCounts {
  readonly right: boolean;
  /** Decided steps, and those of the large model. */
  readonly steps: number;
  readonly largeSteps: number;
  /** Tokens of the text, and those of the large model. */
  readonly tokens: number;
  readonly largeTokens: number;
  /** Tokens run: probe, small decode, large prefill, large decode. */
  readonly run: readonly [number, number, number, number];
  /** Operations in thousands, all but the large model's first reading of the prompt, which it needs alone as well. */
  readonly kiloFlops: number;
}

export function countsOf({ steps, ids, writer, costs, total, text }: CollaborationResult, answer: string, large: Writer, promptTokens: number): ArmCounts {
  const decided = steps.filter(({ final }) => !final);
  const readPrompt = costs.largePrefill.tokens > 0 ? tokenFlops(large.access.config, chosenExperts(large.access.config, large.plan), 0, promptTokens, 1) : 0;
  const [probe, smallDecode, largePrefill, largeDecode] = PARTS.map((part) => costs[part].tokens);
  return {
    right: lastStep(text) === `answer: ${answer}`,
    steps: decided.length,
    largeSteps: decided.filter((step) => step.writer === LARGE).length,
    tokens: ids.length,
    largeTokens: writer.filter((who) => who !== SMALL).length,
    run: [probe ?? 0, smallDecode ?? 0, largePrefill ?? 0, largeDecode ?? 0],
    kiloFlops: Math.round((total.flops - readPrompt) / 1000),
  };
}

export function packCounts({ right, steps, largeSteps, tokens, largeTokens, run, kiloFlops }: ArmCounts): string {
  return [right ? 1 : 0, steps, largeSteps, tokens, largeTokens, ...run, kiloFlops].join(' ');
}

export function unpackCounts(text: string): ArmCounts {
  const [right = 0, steps = 0, largeSteps = 0, tokens = 0, largeTokens = 0, probe = 0, smallDecode = 0, largePrefill = 0, largeDecode = 0, kiloFlops = 0] = text.split(' ').map(Number);
  return { right: right === 1, steps, largeSteps, tokens, largeTokens, run: [probe, smallDecode, largePrefill, largeDecode], kiloFlops };
}
