/** What happens when the GPU or the worker goes away. */
export const recoveryStrings = {
  lost: 'The GPU was lost. The engine is being started again; your text, settings and results stay.',
  died: 'The engine stopped unexpectedly. It is being started again; your text, settings and results stay.',
  recovered: 'The GPU was lost and the engine was started again. What was running went on with the same seed, so the text is the same; nothing was lost.',
  revived: 'The engine stopped unexpectedly and was started again. What was running went on with the same seed, so the text is the same; nothing was lost.',
  switched: 'The GPU was lost again, so the model now runs on the processor: the same text, more slowly. Closing other pages that use the GPU, or restarting the browser, often helps.',
  tryGpu: 'Try the GPU again',
  useProcessor: 'Run it on the processor',
  room: (tokens: number) => `This text runs all the same, with room for its own ${tokens} tokens.`,
  gaveUp: 'It was tried several times, and then given up. What was written so far is kept.',
} as const;
