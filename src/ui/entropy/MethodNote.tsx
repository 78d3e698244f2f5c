import { strings } from '../../state/strings';

/** The method in words: what runs here, and where it differs from the paper. */
export function MethodNote() {
  const { title, lines } = strings.entropy.note;
  return (
    <section className="ent-note" aria-label={title}>
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </section>
  );
}
