/** Plain, grouped and single-row products. */
import type { Environment, Progress } from '../environment';
import { race, type Row } from '../race';
import { productOf, productTask, type ProductTask } from '../tasks';

export interface ProductResult {
  readonly kind: 'gemm' | 'grouped' | 'gemv';
  readonly label: string;
  readonly flops: number;
  readonly rows: readonly Row[];
}

interface Case {
  readonly kind: ProductResult['kind'];
  readonly label: string;
  readonly shape: readonly [batch: number, rows: number, inner: number, columns: number];
}

/** The expert shapes are those of the shipped model: 16 experts, 128 tokens, 2 slots. */
const CASES: readonly Case[] = [
  { kind: 'gemm', label: '128 × 128 × 128', shape: [1, 128, 128, 128] },
  { kind: 'gemm', label: '256 × 256 × 256', shape: [1, 256, 256, 256] },
  { kind: 'gemm', label: '512 × 512 × 512', shape: [1, 512, 512, 512] },
  { kind: 'grouped', label: '16 experts, 16 rows each, 128 → 128', shape: [16, 16, 128, 128] },
  { kind: 'grouped', label: '16 experts, 64 rows each, 128 → 128', shape: [16, 64, 128, 128] },
  { kind: 'gemv', label: '1 × 128 × 4096', shape: [1, 1, 128, 4096] },
  { kind: 'gemv', label: '1 × 512 × 2048', shape: [1, 1, 512, 2048] },
];

export async function products(environment: Environment, progress: Progress): Promise<ProductResult[]> {
  const results: ProductResult[] = [];
  const cases = environment.quick ? CASES.filter(({ shape }) => shape[2] === 128) : CASES;
  for (const [i, { kind, label, shape }] of cases.entries()) {
    progress(i / cases.length, label);
    const task: ProductTask = productTask(...shape);
    const makers = environment.contenders(({ product }) => product).map(([name, make]) => [name, () => make(task)] as const);
    const rows = await race(makers, productOf(task), { ...environment.pace, tolerance: 1e-5 });
    results.push({ kind, label, flops: 2 * shape[0] * shape[1] * shape[2] * shape[3], rows });
  }
  return results;
}
