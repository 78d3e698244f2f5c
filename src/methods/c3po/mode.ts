/** Mode finding: mean-shift in the space of pathways. arXiv 2504.07964, eq. 7-8. */
import { CorePathway } from './core';
import { findNeighbours, poolOf, searchIn } from './neighbours';
import { meanPathway } from './pathways';
import type { Neighbour, StepReport } from './result';
import { pathwayOutcome, pathwayReport, type Outcome, type RunContext } from './run';
import { embeddingDistances, pathwayDistances } from './space';

/** Moves omega towards the mean pathway of those that are near to omega, again and again. */
export async function* modeSteps(context: RunContext): AsyncGenerator<StepReport, Outcome> {
  const { session, question, settings, router, core } = context;
  const { store } = session;
  const { layers, steps, alphaMode } = settings;
  const pool = poolOf(store, question.item, embeddingDistances(store, question.embedding, settings.distance).similarity, settings);
  const pathway = new CorePathway(Float64Array.from(router), question.experts, core, settings.projection);
  const { bandwidth } = searchIn(pool, pathwayDistances(store, pathway.omega, layers), settings.sigma);
  let neighbours: Neighbour[] = [];
  yield await pathwayReport(context, { step: 0, steps, omega: router });
  for (let step = 1; step <= steps; step++) {
    neighbours = findNeighbours(store, question.item, { pool, distances: pathwayDistances(store, pathway.omega, layers), bandwidth }, settings);
    if (neighbours.length === 0) break;
    const mean = meanPathway(store, neighbours, layers);
    const { omega } = pathway;
    pathway.moveTo(mean.map((value, i) => alphaMode * (omega[i] ?? 0) + (1 - alphaMode) * value));
    yield await pathwayReport(context, { step, steps, omega: Float32Array.from(pathway.omega) });
  }
  return pathwayOutcome(context, Float32Array.from(pathway.omega), neighbours);
}
