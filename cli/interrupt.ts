/** Ctrl-C: the first asks the work to stop in good order, the second ends the process. */
export function onInterrupt(
  note: (text: string) => void,
  message: string,
): { readonly signal: AbortSignal; stop(): void } {
  const abort = new AbortController();
  const listener = (): void => {
    if (abort.signal.aborted) process.exit(130);
    note(message);
    abort.abort(new Error('interrupted'));
  };
  process.on('SIGINT', listener);
  process.on('SIGTERM', listener);
  return {
    signal: abort.signal,
    stop() {
      process.off('SIGINT', listener);
      process.off('SIGTERM', listener);
    },
  };
}
