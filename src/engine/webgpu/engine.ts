/**
 * The WebGPU engine: our WGSL kernels behind the Engine interface.
 */
import { PlaygroundError, throwIfCancelled } from '../../base/errors';
import type { Checkpoint } from '../../model/checkpoint';
import type { ModelConfig } from '../../model/config';
import type { DeviceMemory, Engine, EngineInfo, LoadedModel, LoadOptions } from '../engine';
import { type KernelChoice, kernelsOf, kernelsOfText, kernelsText, sizesOf } from './constants';
import { GpuContext } from './context';
import { compileAll } from './kernels';
import { loadWebgpuModel, type WebgpuModel } from './model';
import { chooseKernels, type MeasuredKernels, possible } from './tune';

export interface WebgpuOptions {
  /** Where adapters come from; `navigator.gpu` unless given (Node passes Dawn's). */
  readonly gpu?: GPU;
  /** Skips the measurement: a choice in the words of `EngineInfo.form`, e.g. `register` or `tiled f16 subgroups`. */
  readonly form?: string;
}

/**
 * Opens a device.
 * @throws PlaygroundError `no-webgpu`, `adapter-refused`
 */
export async function createWebgpuEngine(options: WebgpuOptions = {}): Promise<WebgpuEngine> {
  const gpu = options.gpu ?? (typeof navigator === 'undefined' ? undefined : navigator.gpu);
  const context = await GpuContext.acquire(gpu);
  const asked = options.form === undefined ? undefined : kernelsOfText(options.form);
  return new WebgpuEngine(context, asked && possible(context, asked));
}

function describeChoice({ kernels, registerMs, tiledMs, halvesMs }: MeasuredKernels): string {
  const ms = (value: number): string => `${value.toFixed(1)} ms`;
  const halves = halvesMs === undefined ? '' : `, weights as halves ${ms(halvesMs)}`;
  return `${kernelsText(kernels)} kernels (measured: register ${ms(registerMs)}, tiled ${ms(tiledMs)}${halves})`;
}

export class WebgpuEngine implements Engine {
  #kernels: KernelChoice | undefined;
  #preparing: Promise<void> | undefined;
  #why: string;
  readonly #models = new Set<WebgpuModel>();

  constructor(
    readonly context: GpuContext,
    kernels: KernelChoice | undefined,
  ) {
    this.#kernels = kernels;
    this.#why = kernels === undefined ? '' : `${kernelsText(kernels)} kernels (asked for)`;
  }

  get info(): EngineInfo {
    return { backend: 'webgpu', adapter: this.context.adapter.name, software: this.context.adapter.software, forms: this.#why, form: this.#kernels && kernelsText(this.#kernels) };
  }

  async prepare(config: ModelConfig): Promise<void> {
    // Error scopes form a stack, so nothing else may use them meanwhile: a load waits.
    this.#preparing = this.#prepare(config).catch(() => undefined);
    await this.#preparing;
  }

  async #prepare(config: ModelConfig): Promise<void> {
    await this.#choose(config);
    // The numbers of the weights are not known yet: most checkpoints are stored as halves.
    await this.context.settle(compileAll(this.context.device, sizesOf(config, this.#kernels ?? kernelsOf('register')), () => undefined));
  }

  async #choose(config: ModelConfig): Promise<void> {
    if (this.#kernels !== undefined) return;
    const choice = await chooseKernels(this.context, config);
    this.#kernels = choice.kernels;
    this.#why = describeChoice(choice);
  }

  async load(checkpoint: Checkpoint, options: LoadOptions = {}): Promise<LoadedModel> {
    await this.#preparing;
    if (this.context.isLost) throw new PlaygroundError('device-lost', 'The GPU went away; restart the engine first.');
    throwIfCancelled(options.signal);
    if (this.#kernels === undefined) {
      options.onProgress?.('measure', 0);
      await this.#choose(checkpoint.config);
      options.onProgress?.('measure', 1);
    }
    const model = await loadWebgpuModel(this.context, checkpoint, this.#kernels ?? kernelsOf('register'), options);
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
