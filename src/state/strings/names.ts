/** Names of what ships with the page, from their ids in its files: examples, domains of text, families of tasks. What is not known keeps its id. */
export const nameStrings = {
  /** By the title in examples.json, which is also the title of the trace. */
  example: (title: string) => title,
  domain: (id: string) => id,
  family: (id: string) => id.replaceAll('_', ' '),
} as const;
