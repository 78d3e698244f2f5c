import { saveFile } from '../../state/saveFile';
import { strings } from '../../state/strings';
import { qrCode, qrSvg } from '../../viz/qrCode';

const FILE = 'moe-playground-link.svg';

/** The link as a QR code, for a room that looks at a screen. */
export default function QrTab({ link }: { readonly link: string }) {
  const text = strings.sharing.qr;
  const code = qrCode(link);
  if (code === undefined) return <p>{text.long}</p>;
  return (
    <div className="qr">
      <QrFigure size={code.size} path={code.path} label={text.alt(link)} />
      <div>
        <p>{text.note}</p>
        <p className="ax qr-link" dir="ltr">
          {link}
        </p>
        <button type="button" className="btn" onClick={() => saveFile(FILE, new Blob([qrSvg(code, link)], { type: 'image/svg+xml' }))}>
          {text.save}
        </button>
      </div>
    </div>
  );
}

/** Dark on light in both themes, since many readers take no other. */
export function QrFigure({ size, path, label }: { readonly size: number; readonly path: string; readonly label: string }) {
  return (
    <svg className="qr-code" role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`} shapeRendering="crispEdges">
      <path className="qr-light" d={`M0 0h${size}v${size}H0z`} />
      <path className="qr-dark" d={path} />
    </svg>
  );
}
