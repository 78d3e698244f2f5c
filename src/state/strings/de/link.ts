/** Was an einem Link nicht stimmt: mit Schlüssel, Wert und dem, was erlaubt ist. */
import type { linkStrings as english } from '../link';
import type { Translation } from '../translation';

/** Höchstens so viele Möglichkeiten werden beim Namen genannt. */
const LISTED = 8;

export const linkStrings: Translation<typeof english> = {
  bad: (key, got, wanted) => `Im Link steht ${key}=${got}, aber ${key} nimmt ${wanted}; es wurde weggelassen.`,
  clamped: (key, got, wanted, used) => `Im Link steht ${key}=${got}, aber ${key} nimmt ${wanted}; es gilt ${used}.`,
  unknown: (keys, n) => `Der Link enthält ${n === 1 ? 'einen Schlüssel, den diese Seite nicht kennt' : 'Schlüssel, die diese Seite nicht kennt'} (${keys}); ${n === 1 ? 'er wurde' : 'sie wurden'} weggelassen.`,
  tooMany: (key, most) => `Der Link nennt unter ${key} mehr als ${most} Experten; die übrigen wurden weggelassen.`,
  badPrompt: 'Der Prompt in diesem Link war nicht lesbar und wurde weggelassen.',
  longPrompt: (most) => `Der Prompt in diesem Link hat entpackt mehr als ${most} Zeichen und wurde weggelassen.`,
  version: (got, own) => `Dieser Link hat die Version ${got}, diese Seite liest die Version ${own}; nichts davon wurde übernommen.`,
  long: (n, most) => `Dieser Link hat ${n} Zeichen, die Seite liest höchstens ${most}; nichts davon wurde übernommen. Eine Trace-Datei fasst so viel.`,
  several: (n) => `${n} Teile dieses Links wurden weggelassen oder geändert.`,
  more: (n) => `Und ${n} weitere.`,
  notInLesson: (key) => `Eine Lektion darf ${key} nicht setzen.`,
  otherWeights: (link, own) => `Dieser Link entstand mit anderen Gewichten (${link}) als denen dieser Seite (${own}); Zahlen und Text können von dem abweichen, was dort zu sehen war.`,
  wanted: {
    number: (min, max) => `eine Zahl von ${min} bis ${max}`,
    whole: (min, max) => `eine ganze Zahl von ${min} bis ${max}`,
    choice: (options) => (options.length > LISTED ? `einen von ${options.length} Namen wie ${options.slice(0, 3).join(', ')}` : options.length === 1 ? (options[0] ?? '') : `${options.slice(0, -1).join(', ')} oder ${options.at(-1) ?? ''}`),
    list: (options) => `Namen von Teilen der Seite wie ${options.slice(0, 3).join(', ')}`,
    text: (most) => `höchstens ${most} Zeichen`,
    slug: 'Kleinbuchstaben, Ziffern und Bindestriche',
    hex: '8 hexadezimale Ziffern',
    experts: 'Experten als schicht.experte, durch Kommas getrennt',
    settings: 'Einstellungen als name:wert in ihren Grenzen, durch Kommas getrennt',
    edit: {
      ab: 'Experten dieses Modells als schicht.experte',
      rk: 'eine Anzahl von Experten oder schicht:anzahl',
      rp: 'einen Anteil der Wahrscheinlichkeit von 0.01 bis 1 oder schicht:anteil',
      bias: 'schicht.experte:wert',
      mix: 'schicht.experte:gewicht, mehrere durch _ getrennt',
      scale: 'schicht.experte:faktor, mehrere durch _ getrennt',
      force: 'position:token-nummer',
      draw: 'position:seed',
      plan: 'einen gepackten Routing-Plan dieses Modells',
    },
  },
};
