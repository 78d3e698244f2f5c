/**
 * Writes the published JSON Schemas from the valibot schemas that the code itself uses:
 * `npm run schema`. Only for people: a schema of version 1 that was released does not change any more,
 * except for added optional fields.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { toJsonSchema, type JsonSchema } from '@valibot/to-json-schema';
import type { GenericSchema } from 'valibot';
import { DTYPE_BYTES } from '../src/trace/arrays';
import { resultsSchema } from '../src/state/results';
import { planSchema } from '../src/trace/plan-schema';
import { numberArraySchema, traceFileSchema } from '../src/trace/schema';

const FOLDER = 'public/schema';

const NUMBER_ARRAY: JsonSchema = {
  description: 'Numbers row by row: nested lists as in the shape, a flat list, or packed little-endian bytes. null stands for "not known" where the field allows it.',
  anyOf: [
    { type: 'array', items: { anyOf: [{ type: ['number', 'null'] }, { type: 'array' }] } },
    {
      type: 'object',
      properties: {
        dtype: { enum: Object.keys(DTYPE_BYTES) },
        shape: { type: 'array', items: { type: 'integer', minimum: 0 } },
        b64: { type: 'string', contentEncoding: 'base64', pattern: '^[A-Za-z0-9+/]*={0,2}$' },
      },
      required: ['dtype', 'shape', 'b64'],
    },
  ],
};

function generate(name: string, title: string, schema: GenericSchema): string {
  const { $schema, ...body } = toJsonSchema(schema, {
    errorMode: 'throw',
    // Every number of a JSON text is finite.
    ignoreActions: ['finite'],
    overrideSchema: ({ valibotSchema }) => (valibotSchema === numberArraySchema ? { $ref: '#/definitions/NumberArray' } : undefined),
  });
  const definitions = JSON.stringify(body).includes('#/definitions/NumberArray') ? { definitions: { NumberArray: NUMBER_ARRAY } } : {};
  return `${JSON.stringify({ $schema, $id: `${name}.json`, title, ...body, ...definitions }, undefined, 2)}\n`;
}

/** File name in `public/schema` -> text. */
export function schemaFiles(): ReadonlyMap<string, string> {
  return new Map([
    ['moe-trace-1.json', generate('moe-trace-1', 'MoE trace, version 1', traceFileSchema)],
    ['results-1.json', generate('results-1', 'Evaluation results, version 1', resultsSchema)],
    ['routing-plan-1.json', generate('routing-plan-1', 'Routing plan, version 1', planSchema)],
  ]);
}

/** Entry of `npm run schema`. */
export function run(): number {
  mkdirSync(FOLDER, { recursive: true });
  for (const [name, text] of schemaFiles()) {
    writeFileSync(`${FOLDER}/${name}`, text);
    console.error(`wrote ${FOLDER}/${name}`);
  }
  return 0;
}
