/** Was die Seite sagt, wenn sie in einer anderen steht: Fußzeile, Frage, und Antworten auf Nachrichten. */
import type { embedStrings as english } from '../embed';
import type { Translation } from '../translation';

export const embedStrings: Translation<typeof english> = {
  region: 'MoE Playground',
  ask: (host) => `${host} möchte hier einen eigenen Trace zeigen. Er bleibt in diesem Rahmen.`,
  show: 'Zeigen',
  refuse: 'Nein',
  refused: 'Dieser Trace wurde vom Gegenüber abgelehnt.',
  notUnderstood: (type) => (type === '' ? 'Diese Nachricht hat keinen Typ; sie wurde nicht beachtet.' : `Diese Nachricht (${type}) gehört nicht zur Version 1, oder ihre Felder passen nicht; sie wurde nicht beachtet.`),
  noToken: (token, tokens) => `Es gibt kein Token ${token}: Der Trace hat ${tokens}.`,
  noLayer: (layer) => `Der Trace hat keine Schicht ${layer} mit einem Router.`,
  noExpert: (layer, expert) => `Schicht ${layer} hat keinen Experten ${expert}.`,
  noKey: (key) => `Die umgebende Seite darf ${key} nicht setzen.`,
  running: 'Ein Lauf ist schon im Gang.',
  notLoaded: 'Der Trace ließ sich nicht öffnen; der Rahmen zeigt, warum.',
};
