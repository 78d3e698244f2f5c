/** Files of the command line: read and written with errors in words. */
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorMessage, PlaygroundError } from '../base/errors';
import { importTrace, MAX_FILE_BYTES } from '../trace/file';
import type { Trace } from '../trace/trace';

/** Throws `bad-input` when the file cannot be read. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new PlaygroundError('bad-input', `The file ${path} cannot be read: ${errorMessage(error)}.`);
  }
}

/** Throws `bad-input` when the file cannot be read or is not JSON. */
export function readJson(path: string): unknown {
  const text = readText(path);
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch (error) {
    throw new PlaygroundError('bad-input', `The file ${path} is not JSON: ${errorMessage(error)}.`);
  }
}

/** Writes a text, making its folder. Throws `bad-input` when that fails. */
export function writeText(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  } catch (error) {
    throw new PlaygroundError('bad-input', `The file ${path} cannot be written: ${errorMessage(error)}.`);
  }
}

/** Reads a trace. Throws `bad-input` when the file cannot be read, `bad-file` with every fault when it is no trace. */
export function readTraceFile(path: string): Trace {
  if (fileSize(path) > MAX_FILE_BYTES) throw new PlaygroundError('bad-file', `The file ${path} is larger than the 64 MiB that are read: export fewer tokens, or leave out the logits.`);
  const result = importTrace(readText(path));
  if (result.ok) return result.trace;
  const sentences = result.errors.map((fault) => fault.message);
  throw new PlaygroundError('bad-file', `The file ${path} is no trace that can be read. ${sentences[0] ?? ''}`, sentences.slice(1));
}

function fileSize(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
