import { strings } from '../../state/strings';

export interface Copying {
  /** The text that was copied last. */
  readonly copied: string;
  readonly onCopy: (value: string) => void;
}

/** What copies a text: its own name until it has done so. */
export function CopyButton({ value, name, copied, onCopy }: Copying & { readonly value: string; readonly name: string }) {
  return (
    <button type="button" className="btn" disabled={value === ''} onClick={() => onCopy(value)}>
      {copied === value && value !== '' ? strings.share.copied : name}
    </button>
  );
}
