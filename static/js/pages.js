// Pages work without this file. It offers the choice of theme, closes small menus, and folds the main menu where
// the browser lacks popover.

const root = document.documentElement;

function stored() {
  try { return localStorage.getItem("theme") ?? ""; } catch { return ""; }
}

function show(theme) {
  if (theme) root.dataset.theme = theme; else delete root.dataset.theme;
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === theme));
  }
}

for (const group of document.querySelectorAll("[data-theme-switch]")) {
  group.hidden = false;
  group.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice]");
    if (!button) return;
    const theme = button.dataset.themeChoice;
    try {
      if (theme) localStorage.setItem("theme", theme); else localStorage.removeItem("theme");
    } catch {
      // Storage is switched off: the choice holds for this page only.
    }
    show(theme);
  });
}
show(stored());

// Without popover the menu stands open in the page; here it folds behind its button.
if (!("popover" in HTMLElement.prototype)) {
  for (const button of document.querySelectorAll("[popovertarget]")) {
    const target = document.getElementById(button.getAttribute("popovertarget"));
    if (!target) continue;
    target.hidden = button.offsetParent !== null;
    button.addEventListener("click", () => {
      target.hidden = button.getAttribute("popovertargetaction") === "hide" ? true : !target.hidden;
    });
  }
}

// <details class="menu">: closes with Escape, and when something else is chosen.
addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.activeElement?.closest("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
