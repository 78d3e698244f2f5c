/** The page without a network, and its new versions. */
export const offlineStrings = {
  ready: 'A new version is ready. What is on the page now stays until you reload; the address keeps prompt and settings.',
  replaced: 'A part of the page could not be loaded: a newer version may have taken its place.',
  reload: 'Reload',
} as const;
