/** What a kernel's text asks of the device: storage buffers and bytes of workgroup memory. */

const BYTES: Readonly<Record<string, number>> = { f32: 4, u32: 4, i32: 4, vec2f: 8, vec2u: 8, vec3f: 16, vec3u: 16, vec4f: 16, vec4u: 16 };

export interface Demand {
  readonly storageBuffers: number;
  readonly workgroupBytes: number;
}

/** Integer expressions of WGSL constants: + - * / and comparisons by precedence, select, min, max, names. */
class Evaluator {
  #tokens: string[] = [];

  constructor(readonly names: ReadonlyMap<string, number>) {}

  evaluate(text: string): number {
    this.#tokens = text.match(/[A-Za-z_]\w*|\d+|<=|>=|==|!=|[-+*/()<>,]/g) ?? [];
    // The u of 16u was read as a name of its own.
    this.#tokens = this.#tokens.filter((token) => token !== 'u');
    const value = this.#binary(0);
    if (this.#tokens.length > 0) throw new Error(`"${text}" cannot be evaluated.`);
    return value;
  }

  #binary(level: number): number {
    const operators = [['<', '<=', '>', '>=', '==', '!='], ['+', '-'], ['*', '/']][level];
    if (operators === undefined) return this.#primary();
    let left = this.#binary(level + 1);
    while (operators.includes(this.#tokens[0] ?? '')) {
      const operator = this.#tokens.shift();
      const right = this.#binary(level + 1);
      left = this.#apply(operator, left, right);
    }
    return left;
  }

  #apply(operator: string | undefined, a: number, b: number): number {
    switch (operator) {
      case '+': return a + b;
      case '-': return a - b;
      case '*': return a * b;
      case '/': return Math.floor(a / b);
      case '<': return Number(a < b);
      case '<=': return Number(a <= b);
      case '>': return Number(a > b);
      case '>=': return Number(a >= b);
      case '==': return Number(a === b);
      default: return Number(a !== b);
    }
  }

  #primary(): number {
    const token = this.#tokens.shift() ?? '';
    if (/^\d/.test(token)) return Number(token);
    const values: number[] = [];
    if (token === '(' || this.#tokens[0] === '(') {
      if (token !== '(') this.#tokens.shift();
      do values.push(this.#binary(0));
      while (this.#tokens.shift() === ',');
    }
    const [a = 0, b = 0, c = 0] = values;
    if (token === '(') return a;
    if (token === 'select') return c === 0 ? a : b;
    if (token === 'min') return Math.min(...values);
    if (token === 'max') return Math.max(...values);
    const value = this.names.get(token);
    if (value === undefined) throw new Error(`The constant ${token} is not known.`);
    return value;
  }
}

/** @param text a whole kernel with its constants */
export function demandOf(text: string): Demand {
  const code = text.replaceAll(/\/\/.*$/gm, '');
  const names = new Map<string, number>();
  const evaluator = new Evaluator(names);
  for (const [, name = '', type, expression = ''] of code.matchAll(/^const (\w+)\s*:\s*(\w+)\s*=\s*([^;]+);/gm)) {
    if (type === 'bool') names.set(name, Number(expression === 'true'));
    else if (type === 'u32' && !expression.startsWith('0x')) names.set(name, evaluator.evaluate(expression));
  }
  let workgroupBytes = 0;
  for (const [, type = ''] of code.matchAll(/var<workgroup>\s+\w+\s*:\s*([^;]+);/g)) {
    const [, element = type, size = '1'] = /^array<(\w+),\s*(.+)>$/.exec(type.trim()) ?? [];
    const bytes = BYTES[element.trim()];
    if (bytes === undefined) throw new Error(`The size of ${type} is not known.`);
    // Each variable starts at a multiple of 16.
    workgroupBytes += Math.ceil((bytes * evaluator.evaluate(size)) / 16) * 16;
  }
  return { storageBuffers: [...code.matchAll(/var<storage\b/g)].length, workgroupBytes };
}
