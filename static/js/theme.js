// Runs before the first paint and therefore blocks: sets the chosen theme, so that no page flashes.
try {
  const chosen = localStorage.getItem("theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {
  // Storage is switched off: the system's setting decides.
}
