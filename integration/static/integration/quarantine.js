// Choosing many rows of the quarantine desk, and saying that an answer is on its way. Without this
// script the boxes and buttons work all the same.

const bulk = document.getElementById("bulk");
if (bulk) {
  const boxes = [...document.querySelectorAll("input[name=row]")];
  const all = document.getElementById("choose_all");
  const words = document.getElementById("chosen");
  let last = null;

  const show = () => {
    const count = boxes.filter((box) => box.checked).length;
    bulk.classList.toggle("eg-none", count === 0);
    words.textContent = count ? bulk.dataset.some.replace("{n}", count) : bulk.dataset.none;
    all.checked = count > 0 && count === boxes.length;
    all.indeterminate = count > 0 && count < boxes.length;
    for (const button of bulk.querySelectorAll("button")) button.disabled = count === 0;
    for (const box of boxes) box.closest("tr").classList.toggle("eg-chosen", box.checked);
  };
  // With the shift key everything between two boxes follows the second.
  const reach = (box) => {
    const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
    for (const one of boxes.slice(from, to + 1)) one.checked = box.checked;
  };
  for (const box of boxes) {
    box.addEventListener("click", (event) => {
      if (event.shiftKey && last) reach(box);
      last = box;
      show();
    });
  }
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    show();
  });
  bulk.querySelector(".eg-bulk-all").hidden = false;
  // A page that comes back from the browser's memory keeps its boxes, and the buttons follow.
  addEventListener("pageshow", show);
  show();
}

for (const form of document.querySelectorAll("form[data-busy]")) {
  form.addEventListener("submit", () => {
    const button = form.querySelector("button.btn-primary") ?? form.querySelector("button");
    const words = document.createElement("span");
    words.className = "eg-dim eg-busy";
    words.setAttribute("role", "status");
    words.textContent = form.dataset.busy;
    button.after(words);
    // After the browser has read the form.
    setTimeout(() => { button.disabled = true; });
    addEventListener("pageshow", () => { button.disabled = false; words.remove(); }, { once: true });
  });
}
