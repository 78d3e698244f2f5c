/** Path of the Chromium that tests use, or undefined where none is installed. */
export const executablePath: string | undefined;
/** Flags that Chromium is started with. */
export const args: string[];
/** Variables that a Node process needs in its environment, before it starts, to find a WebGPU adapter. */
export function nodeGpuEnv(): Record<string, string>;
