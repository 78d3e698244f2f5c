/** Sections measured in Node have names of their own, so that a report holds both. */
export const NODE_PREFIX = 'node-';
