/**
 * Versions of the trace format: which are read, and how an older one is brought up to date. A minor version
 * only adds optional fields; a major version means that readers of the old one would misread it.
 */
import { describeValue, type Faults } from './faults';
import { isObject, type JsonObject } from './json';
import { TRACE_FORMAT } from './schema';

/** Where the format is described, for sentences. */
const DESCRIPTION = 'docs/TRACE_FORMAT.md describes the format';

const CURRENT_MAJOR = 1;

/**
 * By major version: turns a file of that version into one of the next. Each returns a fresh object.
 * Version 1 is the first, so there is nothing to bring up to date yet.
 */
export const MIGRATIONS: ReadonlyMap<number, (file: JsonObject) => JsonObject> = new Map();

/**
 * Recognises a trace and brings it to the current major version.
 * @returns the file, still unchecked, or undefined after adding a fault
 */
export function recogniseTrace(value: unknown, faults: Faults, migrations = MIGRATIONS): JsonObject | undefined {
  if (!isObject(value)) {
    faults.add('', `The file holds ${describeValue(value)}, but a trace is an object with "format": "${TRACE_FORMAT}". Choose another file; ${DESCRIPTION}.`);
    return undefined;
  }
  if (value.format !== TRACE_FORMAT) {
    faults.add('format', `The file is not a trace: its format is ${describeValue(value.format)}, but the text "${TRACE_FORMAT}" is wanted. Choose another file; ${DESCRIPTION}.`);
    return undefined;
  }
  const major = typeof value.version === 'string' ? /^([0-9]{1,6})\.[0-9]{1,6}$/.exec(value.version)?.[1] : undefined;
  if (major === undefined) {
    faults.add('version', `The trace's version is ${describeValue(value.version)}, but a text such as "1.0" is wanted. Export it again; ${DESCRIPTION}.`);
    return undefined;
  }
  let file: JsonObject = value;
  for (let version = Number(major); version !== CURRENT_MAJOR; version++) {
    const migrate = migrations.get(version);
    if (migrate === undefined) {
      faults.add(
        'version',
        `The trace has version ${String(value.version)}, but only versions ${CURRENT_MAJOR}.x are read here. Export it again in version ${CURRENT_MAJOR}, or open it with the program that wrote it; ${DESCRIPTION}.`,
      );
      return undefined;
    }
    file = migrate(file);
  }
  return file;
}
