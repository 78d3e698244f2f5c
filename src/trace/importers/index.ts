/** Foreign formats that are read, in the order in which they are tried. One file each. */
import { atlas } from './atlas';
import { c3po } from './c3po';
import type { Importer } from './importer';
import { llamaCsv } from './llama-csv';
import { routedExperts } from './routed-experts';

export const IMPORTERS: readonly Importer[] = [atlas, routedExperts, c3po, llamaCsv];
