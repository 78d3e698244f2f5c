/**
 * The WebGPU engine: our WGSL kernels behind the Engine interface.
 */
import { PlaygroundError, throwIfCancelled } from '../../base/errors';
import type { Checkpoint } from '../../model/checkpoint';
import type { ModelConfig } from '../../model/config';
import type { DeviceMemory, Engine, EngineInfo, LoadedModel, LoadOptions } from '../engine';
import { type KernelForm, sizesOf } from './constants';
import { GpuContext } from './context';
import { compileAll } from './kernels';
import { loadWebgpuModel, type WebgpuModel } from './model';
import { chooseForm, type FormChoice } from './tune';

export interface WebgpuOptions {
  /** Where adapters come from; `navigator.gpu` unless given (Node passes Dawn's). */
  readonly gpu?: GPU;
  /** Skips the measurement. */
  readonly form?: KernelForm;
}

/**
 * Opens a device.
 * @throws PlaygroundError `no-webgpu`, `adapter-refused`
 */
export async function createWebgpuEngine(options: WebgpuOptions = {}): Promise<WebgpuEngine> {
  const gpu = options.gpu ?? (typeof navigator === 'undefined' ? undefined : navigator.gpu);
  return new WebgpuEngine(await GpuContext.acquire(gpu), options.form);
}

function describeChoice(choice: FormChoice): string {
  const ms = (value: number): string => `${value.toFixed(1)} ms`;
  return `${choice.form} kernels (measured: register ${ms(choice.registerMs)}, tiled ${ms(choice.tiledMs)})`;
}

export class WebgpuEngine implements Engine {
  #form: KernelForm | undefined;
  #preparing: Promise<void> | undefined;
  #why: string;
  readonly #models = new Set<WebgpuModel>();

  constructor(
    readonly context: GpuContext,
    form: KernelForm | undefined,
  ) {
    this.#form = form;
    this.#why = form === undefined ? '' : `${form} kernels (asked for)`;
  }

  get info(): EngineInfo {
    return { backend: 'webgpu', adapter: this.context.adapter.name, software: this.context.adapter.software, forms: this.#why, form: this.#form };
  }

  async prepare(config: ModelConfig): Promise<void> {
    // Error scopes form a stack, so nothing else may use them meanwhile: a load waits.
    this.#preparing = this.#prepare(config).catch(() => undefined);
    await this.#preparing;
  }

  async #prepare(config: ModelConfig): Promise<void> {
    await this.#choose(config);
    await this.context.settle(compileAll(this.context.device, sizesOf(config, this.#form ?? 'register'), () => undefined));
  }

  async #choose(config: ModelConfig): Promise<void> {
    if (this.#form !== undefined) return;
    const choice = await chooseForm(this.context, config);
    this.#form = choice.form;
    this.#why = describeChoice(choice);
  }

  async load(checkpoint: Checkpoint, options: LoadOptions = {}): Promise<LoadedModel> {
    await this.#preparing;
    if (this.context.isLost) throw new PlaygroundError('device-lost', 'The GPU went away; restart the engine first.');
    throwIfCancelled(options.signal);
    if (this.#form === undefined) {
      options.onProgress?.('measure', 0);
      await this.#choose(checkpoint.config);
      options.onProgress?.('measure', 1);
    }
    const model = await loadWebgpuModel(this.context, checkpoint, this.#form ?? 'register', options);
    this.#models.add(model);
    return model;
  }

  memory(): DeviceMemory {
    const { buffers, bytes, uncaptured } = this.context;
    return { buffers, bytes, errors: [...uncaptured] };
  }

  dispose(): void {
    for (const model of this.#models) model.dispose();
    this.#models.clear();
    this.context.dispose();
  }
}
