/** Our engine on a whole model, through the Engine interface and with routing recorded, as the page runs it. */
import { loadWebgpuModel } from '../../engine/webgpu/model';
import type { Sequence } from '../../engine/engine';
import type { Contender } from '../race';
import { greedyOptions, type TextTask } from '../text';
import type { KernelChoice, KernelForm } from '../../engine/webgpu/constants';
import type { GpuContext } from '../../engine/webgpu/context';

/** A device, and the kernels to run on it. */
interface Runner {
  readonly context: GpuContext;
  readonly form: KernelForm | KernelChoice;
}

export async function ourPrefill({ context, form }: Runner, { checkpoint, prompt }: TextTask): Promise<Contender> {
  const model = await loadWebgpuModel(context, checkpoint, form, {});
  const sequence = await model.createSequence(prompt.length + 1);
  const options = greedyOptions(prompt.length, 'last');
  return {
    how: 'routing and statistics of every token recorded',
    prepare: () => Promise.resolve(sequence.rewind(0)),
    run: async () => (await sequence.append(prompt, options)).logits ?? [],
    dispose: () => {
      sequence.dispose();
      model.dispose();
    },
  };
}

export async function ourDecode({ context, form }: Runner, { checkpoint, prompt, decoded }: TextTask): Promise<Contender> {
  const model = await loadWebgpuModel(context, checkpoint, form, {});
  const base = await model.createSequence(prompt.length + decoded + 1);
  const options = greedyOptions(prompt.length, 'none');
  const first = (await base.append(prompt, options)).chosen.at(-1) ?? 0;
  let sequence: Sequence | undefined;
  return {
    how: `routing and statistics recorded, ${decoded} tokens a submit`,
    prepare: async () => {
      sequence?.dispose();
      sequence = await base.fork();
    },
    run: async () => [first, ...((await sequence?.decode(decoded, options))?.chosen ?? [])],
    dispose: () => {
      sequence?.dispose();
      base.dispose();
      model.dispose();
    },
  };
}
