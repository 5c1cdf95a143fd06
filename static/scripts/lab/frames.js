// When the parts draw: once in a frame, however many messages come before it.

/** Returns what asks for `draw` at the next frame; who asks again before that asks for nothing more. */
export function onceAFrame(draw) {
  let isAsked = false;
  return () => {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(() => {
      isAsked = false;
      draw();
    });
  };
}
