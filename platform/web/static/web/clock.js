// Keeps the due clocks of a page true while it stays open. The server has already written the
// words; without this script they merely stand still.

const words = JSON.parse(document.getElementById("eg-clock-words").textContent);
const HOUR = 3600 * 1000;
// The server's clock decides, not the officer's PC.
const skew = Date.parse(document.body.dataset.now) - Date.now() || 0;

function read(due) {
  const gap = due - (Date.now() + skew);
  const minutes = Math.floor(Math.abs(gap) / 60000);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor(minutes / 60) % 24;
  const unit = days ? "days" : hours || minutes >= 60 ? "hours" : "minutes";
  const text = words[`${gap < 0 ? "over" : "left"}_${unit}`]
    .replace("{d}", days).replace("{h}", hours).replace("{m}", minutes % 60);
  return { text, tone: gap < 0 ? "over" : gap <= HOUR ? "soon" : "calm" };
}

function tick() {
  for (const clock of document.querySelectorAll("[data-due]")) {
    const { text, tone } = read(Date.parse(clock.dataset.due));
    const place = clock.querySelector("[data-clock-text]");
    if (place.textContent !== text) place.textContent = text;
    clock.classList.remove("eg-clock-over", "eg-clock-soon", "eg-clock-calm");
    clock.classList.add(`eg-clock-${tone}`);
  }
}

tick();
setInterval(tick, 15000);
document.addEventListener("visibilitychange", () => document.hidden || tick());
