/**
 * What a translation of a catalogue is: the same keys; a text for a text; a function of the same parameters for a
 * function; a list of the same length for a list. A key that is missing or too many does not compile.
 */
export type Translation<T> = T extends string
  ? string
  : T extends number | boolean | undefined
    ? T
    : T extends (...parameters: infer P) => infer R
      ? (...parameters: P) => Translation<R>
      : { readonly [K in keyof T]: Translation<T[K]> };
