// Leaves the page at once: by the button, or by pressing Shift three times within five seconds.
// The page is covered first, and the way out takes its place in the history.
(() => {
  "use strict";
  const button = document.getElementById("leave");
  if (!button) return;
  const out = () => {
    document.documentElement.className = "left";
    document.title = "Weather";
    location.replace(button.href);
  };
  button.addEventListener("click", (event) => {
    event.preventDefault();
    out();
  });
  let pressed = [];
  document.addEventListener("keyup", (event) => {
    if (event.key !== "Shift") {
      pressed = [];
      return;
    }
    pressed = [...pressed, Date.now()].filter((at) => Date.now() - at < 5000);
    if (pressed.length >= 3) out();
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
})();
