/** What the page says when it stands in another page: its foot, its question, and its answers to messages. */
export const embedStrings = {
  region: 'MoE Playground',
  ask: (host: string) => `${host} wants to show a trace of its own here. It stays in this frame.`,
  show: 'Show it',
  refuse: 'No',
  refused: 'The visitor did not want this trace to be shown.',
  notUnderstood: (type: string) => (type === '' ? 'This message has no type, so it was left out.' : `This message (${type}) is not one of version 1, or its fields are not what it takes, so it was left out.`),
  noToken: (token: number, tokens: number) => `There is no token ${token}: the trace has ${tokens}.`,
  noLayer: (layer: number) => `The trace has no layer ${layer} with a router.`,
  noExpert: (layer: number, expert: number) => `Layer ${layer} has no expert ${expert}.`,
  noKey: (key: string) => `The page around may not set ${key}.`,
  running: 'A run is going on already.',
  notLoaded: 'The trace could not be opened; the frame shows why.',
} as const;
