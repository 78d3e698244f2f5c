/** Our engine on each choice of kernels that the device has: forms, storage of weights, reductions. */
import { type KernelChoice, type KernelForm, kernelsOf, kernelsText } from '../../engine/webgpu/constants';
import { hasSubgroups } from '../../engine/webgpu/tune';
import type { Environment, Progress } from '../environment';
import { ourDecode, ourPrefill } from '../peers/ours-text';
import { race, type Row } from '../race';
import { expectedText, promptOf } from '../text';
import { DECODE_AFTER, DECODED, PROMPT } from './text';

export interface KernelsResult {
  readonly kind: 'prefill' | 'decode';
  readonly tokens: number;
  /** By the words of the choice; ratios are to the first, which is the form for this adapter with float32 weights and no subgroups. */
  readonly rows: readonly Row[];
}

/** The plain form, what each feature adds to it, and all of them together in the other form. */
function choices({ context, form }: Environment): KernelChoice[] {
  const plain = kernelsOf(form);
  const other: KernelForm = form === 'register' ? 'tiled' : 'register';
  const storages = ['packed' as const, ...(context.device.features.has('shader-f16') ? ['f16' as const] : [])];
  const subgroups = hasSubgroups(context);
  return [
    plain,
    ...storages.map((storage): KernelChoice => ({ ...plain, storage })),
    ...(subgroups ? [{ ...plain, subgroups }] : []),
    kernelsOf(other),
    { form: other, storage: storages.at(-1) ?? 'packed', subgroups },
  ];
}

export async function kernels(environment: Environment, progress: Progress): Promise<KernelsResult[]> {
  const { context, checkpoint, quick, pace } = environment;
  const all = choices(environment);
  const tasks = [
    { kind: 'prefill', task: { checkpoint, prompt: promptOf(checkpoint, quick ? 16 : PROMPT), decoded: 0 }, make: ourPrefill },
    { kind: 'decode', task: { checkpoint, prompt: promptOf(checkpoint, DECODE_AFTER), decoded: DECODED }, make: ourDecode },
  ] as const;
  const results: KernelsResult[] = [];
  for (const [i, { kind, task, make }] of tasks.entries()) {
    progress(i / tasks.length, kind);
    const { logits, ids } = await expectedText(task);
    const makers = all.map((form) => [kernelsText(form), async () => await make({ context, form }, task)] as const);
    const rows = await race(makers, kind === 'prefill' ? logits : ids, { ...pace, tolerance: kind === 'prefill' ? 1e-3 : 0 });
    results.push({ kind, tokens: kind === 'prefill' ? task.prompt.length : DECODED, rows });
  }
  return results;
}
