import { useState } from 'preact/hooks';

/** Copies text; where the browser forbids the clipboard to a file, it selects the text instead. */
export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  const [state, setState] = useState<'ready' | 'copied' | 'failed'>('ready');
  const copy = async () => {
    setState((await copied(text)) ? 'copied' : 'failed');
    setTimeout(() => setState('ready'), 1600);
  };
  const said = { ready: 'Copy', copied: 'Copied', failed: 'Press Ctrl+C' }[state];
  return (
    <button
      type="button"
      class="copy"
      onClick={() => void copy()}
      aria-label={state === 'ready' ? label : said}
    >
      <span aria-live="polite">{said}</span>
    </button>
  );
}

async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedBySelection(text);
  }
}

/** Pages from disk may lack `navigator.clipboard`. */
function copiedBySelection(text: string): boolean {
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'off-screen';
  document.body.append(field);
  field.select();
  // oxlint-disable-next-line typescript/no-deprecated -- the only way without the clipboard permission
  const done = document.execCommand('copy');
  field.remove();
  return done;
}

/** A command line with its copy button. */
export function Command({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <div class="command">
      <code>{text}</code>
      <CopyButton text={text} label={label} />
    </div>
  );
}
