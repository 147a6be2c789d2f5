/** What of the browser window the parts must know: visible rows, width, media, printing. */
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';

/** Rows drawn beyond the visible ones, so that quick scrolling shows no gap. */
const OVERSCAN = 12;

/** The range of rows that a scrolled frame shows. */
export function useWindowOf(
  frame: RefObject<HTMLElement | null>,
  count: number,
  rowHeight: number,
): { readonly from: number; readonly to: number } {
  const [range, setRange] = useState({ from: 0, to: 40 });
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const measure = () => {
      const first = Math.floor(element.scrollTop / rowHeight);
      const visible = Math.ceil(element.clientHeight / rowHeight);
      const from = Math.max(0, first - OVERSCAN);
      const to = Math.min(count, first + visible + OVERSCAN);
      setRange((old) => (old.from === from && old.to === to ? old : { from, to }));
    };
    measure();
    element.addEventListener('scroll', measure, { passive: true });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => {
      element.removeEventListener('scroll', measure);
      observer.disconnect();
    };
  }, [count, rowHeight]);
  return { from: Math.min(range.from, count), to: Math.min(range.to, count) };
}

export function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const follow = () => setMatches(list.matches);
    follow();
    list.addEventListener('change', follow);
    return () => list.removeEventListener('change', follow);
  }, [query]);
  return matches;
}

/** True while the page is laid out for paper. */
export function usePrinting(): boolean {
  return useMedia('print');
}

/** Width of an element in pixels, so that charts are drawn at the size at which they are seen. */
export function useWidth(element: RefObject<HTMLElement | null>, first: number): number {
  const [width, setWidth] = useState(first);
  useLayoutEffect(() => {
    const found = element.current;
    if (found === null) return undefined;
    const measure = () => setWidth(Math.max(200, Math.floor(found.clientWidth)));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(found);
    return () => observer.disconnect();
  }, []);
  return width;
}
