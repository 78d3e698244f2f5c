import { tokenPieces } from '../viz/tokenMarks';

/** Token text with its white space and control characters visible, isolated from what stands beside it. */
export function TokenText({ text }: { readonly text: string }) {
  return (
    <bdi>
      {tokenPieces(text).map((piece, i) =>
        piece.kind === 'text' ? (
          piece.text
        ) : (
          <span key={i} className={piece.kind === 'space' ? 'sp' : piece.text.startsWith('<') ? 'mk code' : 'mk'}>
            {piece.text}
          </span>
        ),
      )}
    </bdi>
  );
}
