// Deep zoom: OpenSeadragon, which is read when somebody asks for it.
import { useEffect, useRef, useState } from 'preact/hooks';
import type OpenSeadragonNamespace from 'openseadragon';
import { loadScript } from './loader';

declare global { interface Window { OpenSeadragon?: typeof OpenSeadragonNamespace } }

const mostPixels = 24;

/** A picture that can be looked at from near: wheel, pinch, + and -, arrows. */
export function Zoom({ src, label, onClose }: { src: string; label: string; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const [error, setError] = useState('');
  useEffect(() => {
    dialog.current?.showModal();
    let viewer: OpenSeadragonNamespace.Viewer | undefined;
    const open = async (): Promise<void> => {
      if (!window.OpenSeadragon) await loadScript('assets/openseadragon.js');
      if (!box.current) return;
      viewer = window.OpenSeadragon!({
        element: box.current, tileSources: { type: 'image', url: src } as never, drawer: 'canvas', showNavigationControl: false, imageSmoothingEnabled: false, maxZoomPixelRatio: mostPixels, visibilityRatio: 1,
        gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true },
      });
    };
    open().catch((reason: unknown) => setError(String(reason)));
    return () => viewer?.destroy();
  }, [src]);
  return (
    <dialog ref={dialog} class="zoom" aria-label={label} onClose={onClose}>
      <div ref={box} class="viewer" role="application" aria-label={`${label}. Plus and minus zoom, arrow keys move.`} tabIndex={0} />
      {error && <p class="trouble" role="alert">{error}</p>}
      <form method="dialog"><button>Close</button></form>
    </dialog>
  );
}
