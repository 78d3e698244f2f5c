/** Kleine Zahlen in Worten. */
const RANKS = ['zuerst', 'als zweiter', 'als dritter', 'als vierter', 'als fünfter', 'als sechster', 'als siebter', 'als achter'];
const NUMBERS = ['kein', 'ein', 'zwei', 'drei', 'vier', 'fünf', 'sechs', 'sieben', 'acht'];

/** `zuerst`, `als zweiter`, ... ab Rang 0: der Platz eines Experten unter den gewählten. */
export function ordinal(rank: number): string {
  return RANKS[rank] ?? `als ${rank + 1}.`;
}

/** Kleine Anzahlen in Worten. */
export function count(n: number): string {
  return NUMBERS[n] ?? String(n);
}

/** `n Token`, `1 Schritt`, `2 Schritte`. */
export function plural(n: number | string, one: string, many: string): string {
  return `${n} ${n === 1 || n === '1' ? one : many}`;
}

/** Aufzählung: `a`, `a und b`, `a, b und c`. */
export function list(names: readonly (string | number)[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} und ${names.at(-1) ?? ''}`;
}

/** `Schicht 3`, `Schichten 3 und 4`. */
export function layersText(layers: readonly (string | number)[]): string {
  return `${layers.length === 1 ? 'Schicht' : 'Schichten'} ${list(layers)}`;
}

/** `Experte 3`, `Experten 3 und 4`. */
export function expertsText(experts: readonly (string | number)[]): string {
  return `${experts.length === 1 ? 'Experte' : 'Experten'} ${list(experts)}`;
}

/** Einheit der Entropie hinter einer Zahl. */
export function unitText(unit: string): string {
  return unit === 'bits' ? 'Bit' : unit === 'nats' ? 'Nat' : unit;
}

/** Im laufenden Text steht die Null vor dem Komma: aus `,38` wird `0,38`. Abbildungen und Tabellen lassen sie weg. */
export function full(number: string): string {
  return number.replace(/^([+\u2212-]?),/, (_, sign: string) => `${sign}0,`);
}
