/** What the engine holds on its device at the moment. */
import type { DeviceMemory } from '../engine/engine';
import type { App } from './app';

export type { DeviceMemory };

/** Undefined where there is no device, or no engine to ask. */
export async function deviceMemory({ services }: App): Promise<DeviceMemory | undefined> {
  return await services.client.memory().catch(() => undefined);
}
