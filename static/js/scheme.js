// Light or dark before anything is painted. Loaded synchronously in the head, so it is short.
// The server writes data-scheme (auto, light or dark) from a cookie; "auto" follows the device.
"use strict";

(() => {
  const root = document.documentElement;
  const deviceIsDark = window.matchMedia("(prefers-color-scheme: dark)");

  /** Gives Bootstrap and our style sheets the scheme that is wanted. */
  function apply() {
    const wanted = root.dataset.scheme;
    const dark = wanted === "dark" || (wanted !== "light" && deviceIsDark.matches);
    root.dataset.bsTheme = dark ? "dark" : "light";
  }

  root.classList.add("js");
  apply();
  deviceIsDark.addEventListener("change", apply);
  document.addEventListener("interface:scheme", apply);
})();
