/**
 * The door for files of every kind: our own format as JSON, as JSON lines or gzipped, and what other programs write
 * (`importers/`). It runs in a worker of its own in the page (`worker.ts`) and directly in Node.
 */
import { gunzip, isGzip } from '../base/bounded';
import { Faults, type TraceFault } from './faults';
import { missingIn, type OptionalField } from './fields';
import { importTrace } from './import';
import { IMPORTERS } from './importers';
import { MOST_TRACES, type Source } from './importers/importer';
import { isObject, isTooLarge, MAX_FILE_BYTES, parseJson, refuseHarmful, tooLarge } from './json';
import { TRACE_FORMAT } from './schema';
import type { Trace } from './trace';

export type ReadResult =
  | {
      readonly ok: true;
      /** At least one, in the order of the file. */
      readonly traces: readonly Trace[];
      /** Oddities that do not stand in the way, as sentences. */
      readonly notes: readonly string[];
    }
  | {
      readonly ok: false;
      readonly errors: readonly TraceFault[];
      /** Fields that a file of our own format leaves out beside its faults. */
      readonly missing: readonly OptionalField[];
    };

const READS = `our own traces, and files of ${IMPORTERS.map(({ name }) => name).join('; ')}`;

function refused(message: string): ReadResult {
  return { ok: false, errors: [{ path: '', message }], missing: [] };
}

function refusedFor(faults: Faults): ReadResult {
  return { ok: false, errors: faults.list(), missing: [] };
}

/** Reads the bytes of a file. Never throws for bad input. */
export async function readTraces(bytes: Uint8Array<ArrayBuffer>): Promise<ReadResult> {
  if (bytes.length > MAX_FILE_BYTES) return refused(tooLarge(bytes.length));
  let plain: Uint8Array<ArrayBuffer> | undefined = bytes;
  if (isGzip(bytes)) {
    try {
      plain = await gunzip(bytes, MAX_FILE_BYTES);
    } catch {
      return refused('The file begins like a gzip file, but it is damaged or cut off: save it again.');
    }
    if (plain === undefined) return refused(tooLarge(undefined));
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(plain);
  } catch {
    return refused(`The file is not text in UTF-8. ${startsLikeZip(plain) ? 'It looks like an archive: unpack it first. ' : ''}The page reads ${READS}; each may be gzipped.`);
  }
  return readTraceText(text);
}

function startsLikeZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b;
}

/** Reads the text of a file, which may hold several traces. Never throws for bad input. */
export function readTraceText(text: string): ReadResult {
  try {
    return read(text);
  } catch (error) {
    // Numbers that no check foresaw, such as lists too long for this browser: the page goes on.
    return refused(`The file could not be read (${error instanceof Error ? error.message : 'for no known reason'}). Choose another file.`);
  }
}

function read(text: string): ReadResult {
  const faults = new Faults();
  const source = sourceOf(text, faults);
  if (source === undefined) return refusedFor(faults);
  refuseHarmful(source.value, faults);
  if (faults.count > 0) return refusedFor(faults);
  if (isOwn(source.value)) return joined([source.value], 1, true);
  if (Array.isArray(source.value) && isOwn(source.value[0])) return joined(source.value, source.value.length);
  const importer = IMPORTERS.find(({ recognises }) => recognises(source));
  if (importer === undefined) return unknownFormat(source);
  const files = importer.toFiles(source, faults);
  if (faults.count > 0 || files.length === 0) return refusedFor(faults);
  return joined(files, listLength(source.value));
}

function isOwn(value: unknown): boolean {
  return isObject(value) && value['format'] === TRACE_FORMAT;
}

function listLength(value: unknown): number {
  if (Array.isArray(value)) return value.length;
  return isObject(value) && Array.isArray(value['traces']) ? value['traces'].length : 1;
}

/** JSON, JSON lines, or a text of another kind that an importer knows; undefined after adding a fault. */
function sourceOf(text: string, faults: Faults): Source | undefined {
  const bare = { text, value: undefined };
  if (IMPORTERS.some(({ recognises }) => recognises(bare))) return bare;
  const whole = new Faults();
  const value = parseJson(text, whole);
  if (whole.count === 0) return { text, value };
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (isTooLarge(text) || lines.length < 2 || !lines.every((line) => /^[\s\uFEFF]*\{/.test(line))) {
    for (const { path, message } of whole.list()) faults.add(path, message);
    return undefined;
  }
  const values = lines.slice(0, MOST_TRACES + 1).map((line, i) => {
    const inLine = new Faults();
    const parsed = parseJson(line, inLine);
    for (const { message } of inLine.list()) faults.add(`line ${i + 1}`, `Line ${i + 1}: ${message}`);
    return parsed;
  });
  return faults.count > 0 ? undefined : { text, value: values };
}

/** Checks every file; one faulty file refuses all, since a part of what was asked for would pass for the whole. */
function joined(files: readonly unknown[], offered: number, own = false): ReadResult {
  const faults = new Faults();
  const traces: Trace[] = [];
  const notes: string[] = [];
  let only: readonly TraceFault[] | undefined = undefined as readonly TraceFault[] | undefined;
  files.slice(0, MOST_TRACES).forEach((file, i, all) => {
    const result = importTrace(file);
    if (result.ok) {
      traces.push(result.trace);
      notes.push(...result.notes);
      return;
    }
    // One file keeps its own count of the faults that were left out.
    if (all.length === 1) only = result.errors;
    else for (const { path, message } of result.errors) faults.add(path, `Trace ${i + 1}: ${message}`);
  });
  if (only !== undefined) return { ok: false, errors: only, missing: own && isObject(files[0]) ? missingIn(files[0]) : [] };
  if (faults.count > 0) return refusedFor(faults);
  if (offered > traces.length) notes.push(`The file holds more than ${traces.length} traces; the first ${traces.length} were opened.`);
  return { ok: true, traces, notes: [...new Set(notes)] };
}

function unknownFormat({ value }: Source): ReadResult {
  const result = importTrace(value);
  if (result.ok) return { ok: true, traces: [result.trace], notes: result.notes };
  return { ok: false, errors: [...result.errors, { path: '', message: `The page reads ${READS}.` }], missing: [] };
}
