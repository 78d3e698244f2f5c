/**
 * The file form of a RoutingPlan: what `--plan`, a trace's `run.plan` and links hold. `public/schema/routing-plan-1.json`
 * is generated from it. What depends on the model (layers and experts that exist), and what ties two fields together,
 * is checked by `parsePlan` of src/routing/parse.ts before a plan is run.
 */
import * as v from 'valibot';

const position = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const finite = v.pipe(v.number(), v.finite());
const expertId = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(65535));
const probability = v.pipe(v.number(), v.gtValue(0), v.maxValue(1));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(65536));

const perExpert = (meaning: string) =>
  v.pipe(
    v.record(v.pipe(v.string(), v.regex(/^(0|[1-9][0-9]{0,4})$/, 'an expert number')), finite),
    v.description(meaning),
  );

const tokenSelector = v.pipe(
  v.union([
    v.picklist(['all', 'last']),
    v.array(position),
    v.strictObject({ from: position, to: v.exactOptional(position) }),
  ]),
  v.description('Absolute token positions, 0 is the first. "last" is the last prompt token; "to" is inclusive, and open when absent.'),
);

const topPRule = v.strictObject({
  p: v.pipe(probability, v.description('The smallest set of experts with cumulative probability of at least p is chosen.')),
  min: v.exactOptional(v.pipe(count, v.description('Fewest experts; 1 when absent.'))),
  max: v.exactOptional(v.pipe(count, v.description('Most experts; all when absent.'))),
  mass: v.pipe(
    v.picklist(['all', 'topk']),
    v.description("Cumulate over the probability of all experts, or over the model's own top-k divided by their sum."),
  ),
});

const planEntrySchema = v.strictObject({
  layers: v.pipe(v.union([v.literal('all'), v.array(position)]), v.description('Layer numbers, 0 is the first.')),
  tokens: tokenSelector,
  k: v.exactOptional(v.pipe(count, v.description('Number of experts to choose. Replaces topP of an earlier entry.'))),
  topP: v.exactOptional(v.pipe(topPRule, v.description('Choose by cumulative probability. Replaces k of an earlier entry.'))),
  mask: v.exactOptional(v.pipe(v.array(expertId), v.description('Experts that cannot be chosen. They leave before the cut, and may leave fewer than k.'))),
  bias: v.exactOptional(perExpert('Added to the router logits, by expert number.')),
  selectionBias: v.exactOptional(perExpert('Added to the gate probabilities for choosing only, never for weighting, by expert number.')),
  override: v.exactOptional(
    v.pipe(
      v.union([v.literal('uniform'), v.array(v.pipe(v.number(), v.finite(), v.minValue(0)))]),
      v.description('Replaces the gate distribution: one number per expert.'),
    ),
  ),
  scale: v.exactOptional(perExpert('Multiplies the mixing weight of a chosen expert, by expert number.')),
  renormalise: v.exactOptional(
    v.pipe(
      v.picklist(['model', 'off', 'before-scale', 'after-scale']),
      v.description('Whether mixing weights are divided by their sum, and when; "model" does what the checkpoint does.'),
    ),
  ),
});

/** Unknown keys are refused here: a misspelt field would otherwise leave a plan without its effect, and nobody would notice. */
export const planSchema = v.strictObject({
  format: v.literal('moe-plan'),
  version: v.literal('1.0'),
  entries: v.pipe(v.array(planEntrySchema), v.description('Applied in order: where two entries set the same field for the same layer and token, the later wins.')),
});

export type PlanFile = v.InferOutput<typeof planSchema>;
