/** What two models have run, by tokens: what each has to read next, and what all of it costs. */
import { SMALL, type Cost, type CostPart, type Costs, type WriterIndex } from './events';
import { chosenExperts, tokenFlops } from './flops';
import type { Writer } from './writer';

const NONE: Cost = { tokens: 0, flops: 0, ms: 0 };

export const NO_COSTS: Costs = { probe: NONE, smallDecode: NONE, largePrefill: NONE, largeDecode: NONE };

function plus(a: Cost, b: Cost): Cost {
  return { tokens: a.tokens + b.tokens, flops: a.flops + b.flops, ms: a.ms + b.ms };
}

export function addCosts(a: Costs, b: Partial<Costs>): Costs {
  const sum = (part: CostPart): Cost => plus(a[part], b[part] ?? NONE);
  return { probe: sum('probe'), smallDecode: sum('smallDecode'), largePrefill: sum('largePrefill'), largeDecode: sum('largeDecode') };
}

export function totalCost(costs: Costs): Cost {
  return [costs.probe, costs.smallDecode, costs.largePrefill, costs.largeDecode].reduce(plus, NONE);
}

/** Keeps what each model has run of the text: the same bookkeeping as the prefix cache does, on counts alone. */
export class Ledger {
  readonly #held: [readonly number[], readonly number[]] = [[], []];
  costs: Costs = NO_COSTS;

  constructor(private readonly writers: readonly [Writer, Writer]) {}

  /** Tokens of `ids` that a model has not run yet. */
  unread(writer: WriterIndex, ids: readonly number[]): number {
    const held = this.#held[writer];
    let same = 0;
    while (same < held.length && same < ids.length && held[same] === ids[same]) same++;
    // A text that was rewound to needs its last token again: its distribution is gone.
    return same < ids.length ? ids.length - same : held.length === ids.length ? 0 : 1;
  }

  /**
   * A model ran `ids`, of which the last `written` are new.
   * @returns tokens that it had to read, and the cost of both parts
   */
  ran(writer: WriterIndex, ids: readonly number[], written: number, ms: { readonly read: number; readonly write: number }): { readonly read: number; readonly costs: Partial<Costs> } {
    const { access, plan } = this.writers[writer];
    const chosen = chosenExperts(access.config, plan);
    const from = ids.length - written;
    const read = this.unread(writer, ids.slice(0, from));
    const flops = (start: number, end: number, heads: number): number => tokenFlops(access.config, chosen, start, end, heads);
    const reading: Cost = { tokens: read, flops: flops(from - read, from, Math.min(1, read)), ms: read === 0 ? 0 : ms.read };
    const writing: Cost = { tokens: written, flops: flops(from, ids.length, written), ms: written === 0 ? 0 : ms.write };
    const [readPart, writePart] = writer === SMALL ? (['probe', 'smallDecode'] as const) : (['largePrefill', 'largeDecode'] as const);
    const costs: Partial<Costs> = { ...(read > 0 && { [readPart]: reading }), ...(written > 0 && { [writePart]: writing }) };
    this.#held[writer] = ids;
    this.costs = addCosts(this.costs, costs);
    return { read, costs };
  }
}
