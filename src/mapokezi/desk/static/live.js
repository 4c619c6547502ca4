// Looks again every few seconds at what is in progress, and leaves the rest of the page as it is.
const PAUSE_MS = 4000;

async function look() {
  if (document.hidden) return;
  const answer = await fetch(location.href);
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [before, now] = [document, fresh].map((page) => page.getElementById("live"));
  if (now && before.innerHTML !== now.innerHTML) before.replaceChildren(...now.childNodes);
}

setInterval(() => look().catch(() => {}), PAUSE_MS);
