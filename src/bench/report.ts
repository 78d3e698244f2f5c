/** What a run of the bench says: sections with the machine that they were measured on, and flat ratios. */
import type { CurveResult } from './sections/curves';
import type { FeedForwardResult } from './sections/ffn';
import type { ProductResult } from './sections/products';
import type { KernelsResult } from './sections/kernels';
import type { RooflineResult } from './sections/roofline';
import type { TextResult } from './sections/text';
import type { ContenderName, Row } from './race';
import { combined, type Ratio, round } from './stats';

/** Where a section was measured. */
export interface Machine {
  readonly adapter: string;
  readonly software: boolean;
  readonly form: string;
  readonly platform: string;
  readonly cores: number;
  /** Threads that WebAssembly may use. */
  readonly threads: number;
  readonly model: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly quick: boolean;
}

export interface Sections {
  readonly products: readonly ProductResult[];
  readonly ffn: readonly FeedForwardResult[];
  readonly prefill: readonly TextResult[];
  readonly decode: readonly TextResult[];
  readonly kernels: readonly KernelsResult[];
  readonly curves: readonly CurveResult[];
  readonly roofline: readonly RooflineResult[];
}

export type SectionName = keyof Sections;
export const SECTION_NAMES: readonly SectionName[] = ['products', 'ffn', 'prefill', 'decode', 'kernels', 'curves', 'roofline'];

/** One section as it is kept in a report. */
export interface Measured<N extends SectionName = SectionName> {
  readonly machine: Machine;
  readonly results: Sections[N];
}

/** The fastest correct row of a contender: an engine is judged by its best way. */
export function bestRow(rows: readonly Row[], name: ContenderName): Row | undefined {
  return rows.filter((row) => row.name === name && row.median !== undefined).toSorted((a, b) => (a.median ?? 0) - (b.median ?? 0))[0];
}

function ratioOf(rows: readonly Row[], name: ContenderName): Ratio | undefined {
  return bestRow(rows, name)?.ratio;
}

/** Ratios with their intervals by name; theirs / ours, so above 1 ours is faster. What was not measured is absent. */
export function ratios(sections: Partial<Sections>): Record<string, Ratio> {
  const found: Record<string, Ratio | undefined> = {};
  for (const { tokens, rows } of sections.ffn ?? []) {
    found[`ffnT${tokens}VsOrtWebgpu`] = ratioOf(rows, 'ort-webgpu');
    found[`ffnT${tokens}VsJaxJs`] = ratioOf(rows, 'jax-js-webgpu');
    found[`ffnT${tokens}VsTfjs`] = ratioOf(rows, 'tfjs-webgpu');
  }
  for (const kind of ['prefill', 'decode'] as const) {
    const rows = sections[kind]?.[0]?.rows ?? [];
    found[`${kind}VsOrtWebgpu`] = ratioOf(rows, 'ort-webgpu');
    found[`${kind}VsOrtWasm`] = ratioOf(rows, 'ort-wasm');
  }
  for (const kind of ['gemm', 'grouped', 'gemv'] as const) {
    const cases = (sections.products ?? []).filter((result) => result.kind === kind);
    for (const [label, name] of [['JaxJs', 'jax-js-webgpu'], ['Tfjs', 'tfjs-webgpu'], ['OrtWebgpu', 'ort-webgpu']] as const) {
      const each = cases.flatMap(({ rows }) => ratioOf(rows, name) ?? []);
      if (each.length > 0 && each.length === cases.length) found[`${kind}Vs${label}`] = combined(each);
    }
  }
  return Object.fromEntries(Object.entries(found).flatMap(([name, ratio]) => (ratio === undefined ? [] : [[name, ratio]])));
}

/** The flat figures of a report. */
export function summarise(sections: Partial<Sections>): Record<string, number> {
  const out: Record<string, number> = {};
  for (const [name, { ratio }] of Object.entries(ratios(sections))) out[name] = round(ratio);
  const prefill = sections.prefill?.[0];
  const decode = sections.decode?.[0];
  const perSecond = (result: TextResult): number => round((1000 * result.tokens) / (bestRow(result.rows, 'ours')?.median ?? NaN));
  if (prefill !== undefined) out['pagePrefillTokensPerSecond'] = perSecond(prefill);
  if (decode !== undefined) {
    out['pageDecodeTokensPerSecond'] = perSecond(decode);
    out['pageDecodeDispatchesPerToken'] = round(decode.counters.dispatches / decode.counters.tokens);
  }
  for (const { name, flatness } of sections.curves ?? []) if (flatness !== undefined) out[`${name}Flatness`] = round(flatness);
  return out;
}
