/** Der Dialog „Teilen“: Link, Einbetten, QR-Code und Dateien. */
import type { sharingStrings as english } from '../sharing';
import type { Translation } from '../translation';

export const sharingStrings: Translation<typeof english> = {
  tabs: { link: 'Link', embed: 'Einbetten', qr: 'QR-Code', file: 'Datei' },
  tabList: 'Arten zu teilen',
  linkNote: 'Er enthält, was von den Voreinstellungen abweicht, und sonst nichts. Dasselbe schreibt die Seite in ihre Adresse.',
  linkLength: (n) => `${n} Zeichen`,
  tooLong: 'Dieser Link hat mehr als 2.000 Zeichen; manche Programme kürzen ihn. Besser ist die Trace-Datei: Sie enthält den ganzen Lauf.',
  toFile: 'Trace-Datei speichern',
  embed: {
    about: 'Die Seite in einer anderen Seite: kompakt, ohne ihre Leiste und ihre Felder. Wer liest, braucht kein Konto, und nichts Getipptes verlässt den Rahmen.',
    form: 'Code für',
    forms: { iframe: 'einen einfachen Rahmen', element: 'das Element' },
    formNote: {
      iframe: 'Geht überall, wo ein Artikel einen Rahmen haben darf. Die Höhe ist fest.',
      element: 'Ein kleines Skript. Die Höhe folgt dem Inhalt, und Knöpfe des Artikels können springen, auswählen und abspielen.',
    },
    view: 'Zeigt',
    main: 'Satz und Schichten',
    width: 'Breite',
    height: 'Höhe',
    px: 'px',
    full: 'so breit wie der Text',
    theme: 'Farben',
    themes: { system: 'wie beim Lesenden eingestellt', light: 'hell', dark: 'dunkel' },
    code: 'Code zum Einfügen',
    copy: 'Code kopieren',
    docs: 'Nachrichten und Attribute: docs/EMBEDDING.md',
    title: 'MoE Playground: Routing eines Mixture-of-Experts-Sprachmodells',
  },
  qr: {
    alt: (link) => `QR-Code des Links ${link}`,
    note: 'Öffnet diesen Link auf einem Telefon, das ihn ansieht.',
    save: 'Als SVG speichern',
    long: 'Dieser Link ist zu lang für einen QR-Code, den ein Telefon vom Bildschirm lesen könnte. Den Link kopieren oder die Trace-Datei speichern.',
  },
  full: 'Ganze Seite öffnen',
  fullHint: 'Diese Ansicht in MoE Playground selbst, in einem neuen Tab',
  licence: 'MoE Playground, MIT-Lizenz',
};
