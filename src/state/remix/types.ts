/** What the panel's components need to know of the methods: `ui` reads them here, since it may not import methods. */
export { ARMS, DISTANCES, KERNELS, MEMBERSHIPS, METHODS, NEIGHBOURHOODS, OPTIMISERS, POOLS, presetLayers, PROJECTIONS, SCHEDULES, TOKEN_PLACES } from '../../methods/c3po/settings';
export type { Arm, C3poSettings, LayerPreset, Method, RouterShape } from '../../methods/c3po/settings';
export type { BenchmarkItem, Reference, ReferenceStore } from '../../methods/c3po/item';
export type { C3poResult, Neighbour, StepReport } from '../../methods/c3po/result';
