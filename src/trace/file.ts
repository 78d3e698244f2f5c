/**
 * The file form of a trace, both ways (docs/TRACE_FORMAT.md). What one writes the other reads:
 * export -> import -> export gives the same text.
 */
export { EXACT, exportTrace, traceText, traceTextBytes, type ExportOptions } from './export';
export { importTrace, type ImportResult } from './import';
export { MAX_FAULTS, type TraceFault } from './faults';
export { MAX_FILE_BYTES } from './json';
