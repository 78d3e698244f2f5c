import { grouped } from '../../base/numerals';
import { exportFile } from '../../state/share';
import { strings } from '../../state/strings';
import { useApp } from '../context';
import { CopyButton, type Copying } from './CopyButton';

/** Longer links are cut by some programs; then the file is offered in their place. */
const LONG_LINK = 2_000;

/** The address with the state of the page in it. */
export function LinkTab({ link, copied, onCopy }: Copying & { readonly link: string }) {
  const app = useApp();
  const text = strings.sharing;
  return (
    <>
      <p>{strings.share.link}</p>
      <div className="dlg-line">
        <input type="text" readOnly value={link} dir="ltr" aria-label={strings.share.link} onFocus={(event) => event.target.select()} />
        <CopyButton value={link} name={strings.share.copyLink} copied={copied} onCopy={onCopy} />
      </div>
      {link.length > LONG_LINK ? (
        <p className="share-long" role="note">
          {text.tooLong}{' '}
          <button type="button" className="link b" onClick={() => exportFile(app)}>
            {text.toFile}
          </button>
        </p>
      ) : (
        <p className="ax">
          {text.linkNote} <span className="of">{text.linkLength(grouped(link.length))}</span>
        </p>
      )}
    </>
  );
}
