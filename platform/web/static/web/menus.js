// Closes an open menu as officers expect: by Escape, or by turning to something else. Without this
// script a menu opens and closes by its own button alone.

function close(menu, giveBack) {
  menu.open = false;
  if (giveBack) menu.querySelector("summary").focus();
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector(".eg-menu[open]");
  if (menu) close(menu, menu.contains(document.activeElement));
});

for (const turn of ["click", "focusin"]) {
  document.addEventListener(turn, (event) => {
    for (const menu of document.querySelectorAll(".eg-menu[open]")) {
      if (!menu.contains(event.target)) close(menu, false);
    }
  });
}
